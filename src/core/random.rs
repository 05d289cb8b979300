//! Where randomness comes from: the shell hands it in.

/// A source of random bytes, good enough for inbox names (in a browser: `crypto.getRandomValues`).
pub trait Entropy {
    fn fill(&mut self, bytes: &mut [u8]);
}

impl<E: Entropy + ?Sized> Entropy for Box<E> {
    fn fill(&mut self, bytes: &mut [u8]) {
        (**self).fill(bytes);
    }
}
