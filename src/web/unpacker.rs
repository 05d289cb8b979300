//! The smallest module: puts another one together out of the text scripts/build/pack.mjs makes of it. Knows of instructions
//! only what is behind them; the table that comes with the text says it. Refuses nothing: it is in every page and reads
//! what the same build has written, and what it should get wrong does not compile.

/// A byte is a character moved on by this, in every stream but that of the instructions.
const SHIFT: u8 = 34;

// Streams: what lies before the code, instructions, types of locals, bytes as they are, numbers of several kinds, what lies
// behind the code, and where that ends. What is behind an instruction: nothing, or the stream of this place.
const HEAD: usize = 0;
const NOTHING: usize = 0;
const OPS: usize = 1;
const LOCAL_TYPES: usize = 2;
const RAW: usize = 3;
const OFFSET: usize = 6;
const TAIL: usize = 12;
const END: usize = 13;
/// Of a load or store: its alignment is `kind - ALIGNED`, or the next raw byte.
const ALIGNED: usize = 16;
const UNALIGNED: usize = 20;
/// Moves unaligned loads and stores to numbers that are free.
const UNALIGNED_OPS: u8 = 0xb0;
const FUNCTION_END: u8 = 0x06;
const INSTRUCTION_END: u8 = 0x0b;

/// As js/engine/unpack.ts lays it out.
#[repr(C)]
struct Text {
    /// Where each stream begins, and then, where it goes on.
    next: [*const u8; END + 1],
    /// The instruction of a character, and what is behind it.
    table: [[u8; 2]; 128],
}

/// Puts the module together at `to`. Lengths of functions take three bytes there, which may be more than they need.
///
/// # Safety
///
/// Nobody else writes to what `text` points to, or behind `to`.
#[unsafe(no_mangle)]
unsafe extern "C" fn unpack(text: &mut Text, to: *mut u8) {
    let (ops, ops_end) = (text.next[OPS], text.next[LOCAL_TYPES]);
    let mut module = Module { text, to };
    module.rest(HEAD, ops);
    while module.text.next[OPS] < ops_end {
        module.function();
    }
    module.rest(TAIL, module.text.next[END]);
}

struct Module<'a> {
    text: &'a mut Text,
    to: *mut u8,
}

impl Module<'_> {
    fn function(&mut self) {
        let start = self.to;
        self.to = start.wrapping_add(3);
        self.counted(LOCAL_TYPES);
        loop {
            let [code, kind] = self.text.table[usize::from(self.character(OPS) & 127)];
            if code == FUNCTION_END {
                break;
            }
            self.instruction(code, usize::from(kind));
        }
        self.push(INSTRUCTION_END);
        let length = self.to as usize - start as usize - 3;
        let end = std::mem::replace(&mut self.to, start);
        self.push(length as u8 | 128);
        self.push((length >> 7) as u8 | 128);
        self.push((length >> 14) as u8);
        self.to = end;
    }

    fn instruction(&mut self, code: u8, mut kind: usize) {
        if kind == UNALIGNED {
            self.push(code - UNALIGNED_OPS);
            self.number(RAW);
            kind = OFFSET;
        } else {
            self.push(code);
            if kind >= ALIGNED {
                self.push((kind - ALIGNED) as u8);
                kind = OFFSET;
            }
        }
        if kind == RAW {
            self.counted(RAW);
        } else if kind != NOTHING {
            self.number(kind);
        }
    }

    /// All of a stream up to `end`.
    fn rest(&mut self, stream: usize, end: *const u8) {
        while self.text.next[stream] < end {
            self.byte(stream);
        }
    }

    /// Bytes behind their number.
    fn counted(&mut self, stream: usize) {
        for _ in 0..self.read(stream) {
            self.byte(stream);
        }
    }

    /// Bytes up to the first below 128.
    fn number(&mut self, stream: usize) {
        while self.byte(stream) > 127 {}
    }

    #[inline(never)]
    fn byte(&mut self, stream: usize) -> u8 {
        let byte = self.read(stream);
        self.push(byte);
        byte
    }

    /// The next byte of a stream: a character above 127 is two bytes of UTF-8.
    #[inline(never)]
    fn read(&mut self, stream: usize) -> u8 {
        let mut byte = self.character(stream);
        if byte > 127 {
            byte = byte << 6 | self.character(stream) & 63;
        }
        byte.wrapping_sub(SHIFT)
    }

    #[inline(always)]
    fn character(&mut self, stream: usize) -> u8 {
        // SAFETY: `stream` is one of the places above; the text ends no stream in the middle of anything.
        unsafe {
            let next = self.text.next.get_unchecked_mut(stream);
            let character = **next;
            *next = next.add(1);
            character
        }
    }

    #[inline(always)]
    fn push(&mut self, byte: u8) {
        // SAFETY: the memory behind `to` is the module's, as the caller of `unpack` has it.
        unsafe {
            *self.to = byte;
            self.to = self.to.add(1);
        }
    }
}
