import { describe, expect, it } from "vitest";
import { sketch } from "../../cluster/topology/snapshot.testkit.ts";
import type { TopologyServer } from "../../cluster/topology/snapshot.ts";
import { moveObstacle } from "./replica-moves.ts";

const { servers } = sketch({
  servers: [
    { http: "a:1", at: "d1/r1" },
    { http: "b:1", at: "d1/r1" },
    { http: "c:1", at: "d1/r1" },
    { http: "d:1", at: "d1/r2" },
    { http: "e:1", at: "d1/r3" },
    { http: "f:1", at: "d2/r1" },
    { http: "g:1", at: "d2/r1" },
    { http: "h:1", at: "d3/r1" },
    { http: "a:2", at: "d1/r1" },
    { http: "a:3", at: "d1/r1" },
  ],
});

function server(http: string): TopologyServer {
  const found = servers.find((one) => one.http === http);
  if (found === undefined) throw new Error(`no ${http}`);
  return found;
}

describe("moveObstacle", () => {
  it.each([
    // placement, servers that keep their replica, from, to, expected
    [0, "", "a:1", "f:1", "none"],
    [0, "", "a:1", "a:1", "server"],
    [1, "b:1", "a:1", "c:1", "none"],
    [1, "b:1", "a:1", "b:1", "server"],
    [1, "b:1", "a:1", "d:1", "rack"],
    [1, "b:1", "a:1", "f:1", "data_center"],
    [10, "d:1", "a:1", "b:1", "none"],
    [10, "d:1", "a:1", "e:1", "none"],
    [10, "d:1", "a:1", "f:1", "data_center"],
    [10, "b:1", "d:1", "c:1", "rack"],
    [100, "f:1", "a:1", "d:1", "none"],
    [100, "f:1", "a:1", "h:1", "none"],
    [100, "f:1", "a:1", "g:1", "data_center"],
    [11, "b:1,d:1", "a:1", "c:1", "none"],
    [11, "b:1,d:1", "a:1", "e:1", "rack"],
    [11, "a:1,b:1", "d:1", "e:1", "none"],
    [11, "a:1,b:1", "d:1", "c:1", "rack"],
    [110, "d:1,f:1", "a:1", "e:1", "none"],
    [110, "a:1,d:1", "f:1", "h:1", "none"],
    [110, "a:1,d:1", "f:1", "e:1", "data_center"],
    [110, "a:1,f:1", "d:1", "b:1", "rack"],
    [200, "f:1,h:1", "a:1", "e:1", "none"],
    [200, "f:1,h:1", "a:1", "g:1", "data_center"],
    // a volume that already breaks its placement may move to where it holds, and only there
    [1, "f:1", "a:1", "g:1", "none"],
    [1, "f:1", "a:1", "b:1", "data_center"],
    // two processes of one machine
    [1, "b:1", "c:1", "a:2", "none"],
    [1, "a:1", "b:1", "a:2", "server"],
    [1, "a:1", "a:2", "a:3", "none"],
  ])("placement %i, kept on [%s]: %s → %s is %s", (placement, kept, from, to, expected) => {
    const others = kept === "" ? [] : kept.split(",").map(server);
    expect(moveObstacle(others, server(from), server(to), placement)).toBe(expected);
  });
});
