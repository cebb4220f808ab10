;; Matrix times vectors over GF(2^8), four output rows at a time, 32 byte columns a step.
;;
;; A product with a constant is two 16-entry table look-ups, one a nibble, done 16 bytes at once by i8x16.swizzle.
;; Tables lie at $tables in the order the loop reads them: for each input four outputs, for each output 16 bytes for
;; the low nibble and 16 for the high one. Inputs and outputs are $stride bytes apart. $length is a multiple of 32.
(module
  (memory (import "env" "memory") 1)
  (func (export "multiply4")
    (param $tables i32) (param $inputs i32) (param $count i32)
    (param $outputs i32) (param $stride i32) (param $length i32)
    (local $end i32) (local $table i32) (local $tableEnd i32) (local $in i32) (local $out i32)
    (local $mask v128)
    (local $l0 v128) (local $h0 v128) (local $l1 v128) (local $h1 v128) (local $low v128) (local $high v128)
    (local $a0 v128) (local $a1 v128) (local $b0 v128) (local $b1 v128)
    (local $c0 v128) (local $c1 v128) (local $d0 v128) (local $d1 v128)
    (local.set $mask (i8x16.splat (i32.const 15)))
    (local.set $end (i32.add (local.get $inputs) (local.get $length)))
    (local.set $tableEnd (i32.add (local.get $tables) (i32.shl (local.get $count) (i32.const 7))))
    (block $done
      (loop $columns
        (br_if $done (i32.ge_u (local.get $inputs) (local.get $end)))
        (local.set $in (local.get $inputs))
        (local.set $table (local.get $tables))
        (local.set $a0 (v128.const i32x4 0 0 0 0)) (local.set $a1 (v128.const i32x4 0 0 0 0))
        (local.set $b0 (v128.const i32x4 0 0 0 0)) (local.set $b1 (v128.const i32x4 0 0 0 0))
        (local.set $c0 (v128.const i32x4 0 0 0 0)) (local.set $c1 (v128.const i32x4 0 0 0 0))
        (local.set $d0 (v128.const i32x4 0 0 0 0)) (local.set $d1 (v128.const i32x4 0 0 0 0))
        (loop $rows
          (local.set $h0 (v128.load (local.get $in)))
          (local.set $h1 (v128.load offset=16 (local.get $in)))
          (local.set $l0 (v128.and (local.get $h0) (local.get $mask)))
          (local.set $l1 (v128.and (local.get $h1) (local.get $mask)))
          (local.set $h0 (i8x16.shr_u (local.get $h0) (i32.const 4)))
          (local.set $h1 (i8x16.shr_u (local.get $h1) (i32.const 4)))

          (local.set $low (v128.load (local.get $table)))
          (local.set $high (v128.load offset=16 (local.get $table)))
          (local.set $a0 (v128.xor (local.get $a0) (v128.xor
            (i8x16.swizzle (local.get $low) (local.get $l0)) (i8x16.swizzle (local.get $high) (local.get $h0)))))
          (local.set $a1 (v128.xor (local.get $a1) (v128.xor
            (i8x16.swizzle (local.get $low) (local.get $l1)) (i8x16.swizzle (local.get $high) (local.get $h1)))))

          (local.set $low (v128.load offset=32 (local.get $table)))
          (local.set $high (v128.load offset=48 (local.get $table)))
          (local.set $b0 (v128.xor (local.get $b0) (v128.xor
            (i8x16.swizzle (local.get $low) (local.get $l0)) (i8x16.swizzle (local.get $high) (local.get $h0)))))
          (local.set $b1 (v128.xor (local.get $b1) (v128.xor
            (i8x16.swizzle (local.get $low) (local.get $l1)) (i8x16.swizzle (local.get $high) (local.get $h1)))))

          (local.set $low (v128.load offset=64 (local.get $table)))
          (local.set $high (v128.load offset=80 (local.get $table)))
          (local.set $c0 (v128.xor (local.get $c0) (v128.xor
            (i8x16.swizzle (local.get $low) (local.get $l0)) (i8x16.swizzle (local.get $high) (local.get $h0)))))
          (local.set $c1 (v128.xor (local.get $c1) (v128.xor
            (i8x16.swizzle (local.get $low) (local.get $l1)) (i8x16.swizzle (local.get $high) (local.get $h1)))))

          (local.set $low (v128.load offset=96 (local.get $table)))
          (local.set $high (v128.load offset=112 (local.get $table)))
          (local.set $d0 (v128.xor (local.get $d0) (v128.xor
            (i8x16.swizzle (local.get $low) (local.get $l0)) (i8x16.swizzle (local.get $high) (local.get $h0)))))
          (local.set $d1 (v128.xor (local.get $d1) (v128.xor
            (i8x16.swizzle (local.get $low) (local.get $l1)) (i8x16.swizzle (local.get $high) (local.get $h1)))))

          (local.set $in (i32.add (local.get $in) (local.get $stride)))
          (local.set $table (i32.add (local.get $table) (i32.const 128)))
          (br_if $rows (i32.lt_u (local.get $table) (local.get $tableEnd))))

        (local.set $out (local.get $outputs))
        (v128.store (local.get $out) (local.get $a0))
        (v128.store offset=16 (local.get $out) (local.get $a1))
        (local.set $out (i32.add (local.get $out) (local.get $stride)))
        (v128.store (local.get $out) (local.get $b0))
        (v128.store offset=16 (local.get $out) (local.get $b1))
        (local.set $out (i32.add (local.get $out) (local.get $stride)))
        (v128.store (local.get $out) (local.get $c0))
        (v128.store offset=16 (local.get $out) (local.get $c1))
        (local.set $out (i32.add (local.get $out) (local.get $stride)))
        (v128.store (local.get $out) (local.get $d0))
        (v128.store offset=16 (local.get $out) (local.get $d1))
        (local.set $inputs (i32.add (local.get $inputs) (i32.const 32)))
        (local.set $outputs (i32.add (local.get $outputs) (i32.const 32)))
        (br $columns)))))
