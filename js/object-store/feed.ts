/** Bytes into a machine's room: copied there piece by piece, without an allocation. */
import type { ObjectMachines } from "../engine/object-store";

type Fed = Pick<ObjectMachines["Read"]["prototype"], "room" | "room_len" | "feed">;

export function feed({ memory }: ObjectMachines, machine: Fed, bytes: Uint8Array): void {
  const room = machine.room();
  const most = machine.room_len();
  for (let at = 0; at < bytes.length; at += most) {
    const piece = bytes.subarray(at, at + most);
    memory.bytes.set(piece, room);
    machine.feed(piece.length);
  }
}
