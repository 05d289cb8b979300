/** The payload of a message without one. */
export const Empty = /* @__PURE__ */ new Uint8Array(0);
