/** Bytes into a machine's room: copied there piece by piece, without an allocation. */
import type { Machines, Read, Write } from "../engine/machines";

export function feed(memory: Machines["memory"], machine: Read | Write, bytes: Uint8Array): void {
  const room = machine.room();
  const most = machine.room_len();
  for (let at = 0; at < bytes.length; at += most) {
    const piece = bytes.subarray(at, at + most);
    memory.bytes.set(piece, room);
    machine.feed(piece.length);
  }
}
