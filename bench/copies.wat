;; Copies of a few bytes inside wasm memory, `count` times: as one instruction, and as loops. For experiments.mjs.
(module
  (memory (export "memory") 4)

  (func (export "memory_copy") (param $count i32) (param $length i32)
    (loop $again
      (memory.copy (i32.add (i32.const 65536) (i32.and (local.get $count) (i32.const 1023))) (i32.const 1024) (local.get $length))
      (br_if $again (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))

  (func (export "memory_fill") (param $count i32) (param $length i32)
    (loop $again
      (memory.fill (i32.add (i32.const 65536) (i32.and (local.get $count) (i32.const 1023))) (i32.const 0) (local.get $length))
      (br_if $again (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))

  ;; Whole words, the last one overlapping the one before; needs at least eight bytes.
  (func (export "words") (param $count i32) (param $length i32)
    (local $to i32) (local $at i32) (local $last i32)
    (local.set $last (i32.sub (local.get $length) (i32.const 8)))
    (loop $again
      (local.set $to (i32.add (i32.const 65536) (i32.and (local.get $count) (i32.const 1023))))
      (local.set $at (i32.const 0))
      (loop $word
        (i64.store align=1 (i32.add (local.get $to) (local.get $at))
          (i64.load align=1 (i32.add (i32.const 1024) (local.get $at))))
        (br_if $word (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 8))) (local.get $last))))
      (i64.store align=1 (i32.add (local.get $to) (local.get $last))
        (i64.load align=1 (i32.add (i32.const 1024) (local.get $last))))
      (br_if $again (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))

  (func (export "bytes") (param $count i32) (param $length i32)
    (local $to i32) (local $at i32)
    (loop $again
      (local.set $to (i32.add (i32.const 65536) (i32.and (local.get $count) (i32.const 1023))))
      (local.set $at (i32.const 0))
      (loop $byte
        (i32.store8 (i32.add (local.get $to) (local.get $at))
          (i32.load8_u (i32.add (i32.const 1024) (local.get $at))))
        (br_if $byte (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1))) (local.get $length))))
      (br_if $again (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))
)
