/** An empty payload: zero bytes. */
export const Empty = /* @__PURE__ */ new Uint8Array(0);
