import { errorMessage } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import type { Heartbeat } from "../../rpc/gen/master_pb/Heartbeat.ts";
import type { VolumeEcShardInformationMessage } from "../../rpc/gen/master_pb/VolumeEcShardInformationMessage.ts";
import { masterService } from "../../rpc/proto.ts";
import type { ServerAddress } from "../../rpc/server-address.ts";
import type { Life } from "../life.ts";
import type { Peers } from "../peers.ts";
import type { ServerState } from "./server-state.ts";
import type { Store } from "./store.ts";
import { shortReport, volumeReport } from "./volume-report.ts";

export interface HeartbeatOptions {
  readonly life: Life;
  readonly peers: Peers;
  readonly store: Store;
  readonly state: ServerState;
  readonly logger: Logger;
  readonly master: ServerAddress;
  readonly address: ServerAddress;
  readonly dataCenter: string;
  readonly rack: string;
  readonly pulseMs: number;
}

/** Every so many pulses the EC shards are told in full. */
const EC_PULSES = 17;
const RECONNECT_MS = 200;

/**
 * Tells the master what is on this server: everything when it connects, changed places at once, and sizes,
 * counts and marks with the next pulse, which is why VolumeList is late.
 */
export class HeartbeatClient {
  readonly #options: HeartbeatOptions;
  #stopped = false;
  #sent = 0;
  #send: ((beat: Heartbeat) => void) | undefined;
  #wake: () => void = () => undefined;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    const { store } = options;
    store.onChange(({ kind, volume }) => {
      const report = [shortReport(volume)];
      this.#delta(kind === "added" ? { new_volumes: report } : { deleted_volumes: report });
    });
    store.ec.onChange((kind, shards) => {
      this.#delta(kind === "added" ? { new_ec_shards: [shards] } : { deleted_ec_shards: [shards] });
    });
    options.state.onChange((state) => this.#delta({ state }));
  }

  start(): void {
    this.#options.life.background("heartbeats", () => this.#loop());
  }

  /** Whether the server still reports; it goes on to serve when it does not. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Says goodbye: the master forgets this server although it still runs. */
  leave(): void {
    this.#stopped = true;
    this.#send?.({ ...this.#place(), has_no_volumes: true });
    this.#wake();
  }

  /** Sends the full list now instead of with the next pulse; returns how many were sent since it connected. */
  pulse(): number {
    this.#sendFull();
    return this.#sent;
  }

  async #loop(): Promise<void> {
    const { life, logger } = this.#options;
    while (!life.dead && !this.#stopped) {
      try {
        await this.#connection();
      } catch (reason) {
        if (!life.dead) logger.v(2, `heartbeat stream: ${errorMessage(reason)}`);
      }
      await life.sleep(RECONNECT_MS);
    }
  }

  async #connection(): Promise<void> {
    const { life, peers, master, pulseMs } = this.#options;
    const stream = peers.to(master).duplex(masterService.SendHeartbeat);
    const ended = new Promise<void>((resolve, reject) => {
      stream.on("error", reject);
      stream.on("end", resolve);
      stream.resume();
    });
    ended.catch(() => undefined);
    this.#send = (beat) => void stream.write(beat);
    try {
      this.#sent = 0;
      this.#sendFull();
      stream.write(this.#ec());
      for (let pulses = 1; !life.dead && !this.#stopped; pulses++) {
        const woken = new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        await Promise.race([life.sleep(pulseMs), woken, ended]);
        if (life.dead || this.#stopped) break;
        this.#options.store.disk.checkSpace();
        this.#sendFull();
        if (pulses % EC_PULSES === 0) stream.write(this.#ec());
      }
      if (!life.dead) {
        stream.end();
        await Promise.race([ended, life.sleep(1000)]);
      }
    } finally {
      this.#send = undefined;
      stream.cancel();
    }
  }

  #sendFull(): void {
    if (this.#send === undefined) return;
    this.#send(this.#full());
    this.#sent++;
  }

  #delta(change: Heartbeat): void {
    if (!this.#stopped) this.#send?.({ ...this.#place(), ...change });
  }

  #place(): Heartbeat {
    const { address, dataCenter, rack } = this.#options;
    return { ip: address.host, port: address.httpPort, public_url: address.http, data_center: dataCenter, rack };
  }

  #full(): Heartbeat {
    const { store, address, state } = this.#options;
    const { disk } = store;
    const usage = disk.usage();
    const now = Date.now() / 1000;
    const volumes = store.volumes.filter((volume) => !volume.closed && !volume.expired(now)).map(volumeReport);
    return {
      ...this.#place(),
      id: address.http,
      grpc_port: address.grpcPort,
      max_volume_counts: { "": disk.low ? store.volumes.length : disk.maxVolumes },
      max_file_key: String(store.maxKey()),
      disk_total_bytes: { "": usage.total },
      disk_free_bytes: { "": usage.free },
      disk_tags: [{ disk_id: 0, type: "", max_volume_count: disk.maxVolumes }],
      location_uuids: [disk.uuid],
      volumes,
      has_no_volumes: volumes.length === 0,
      state: state.current,
    };
  }

  #ec(): Heartbeat {
    const shards: VolumeEcShardInformationMessage[] = this.#options.store.ec.report();
    return { ec_shards: shards, has_no_ec_shards: shards.length === 0 };
  }
}
