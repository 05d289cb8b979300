//! How nkeys are written: base32 over prefix bytes, payload and checksum; and base64url, in which signatures travel.
//! Knows nothing of what the bytes mean. Our own because the table-driven crate for it made the signer twice as large
//! (131 KB of wasm against 60 KB).

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const CHECKSUM_LEN: usize = 2;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    NotBase32,
    Checksum,
}

/// Appends the checksum and writes all of it in base32.
pub fn encode(mut bytes: Vec<u8>) -> String {
    bytes.extend_from_slice(&crc16(&bytes).to_le_bytes());
    write_digits(BASE32, &bytes)
}

/// What [`encode`] was given, if the checksum is right. Bits that do not fill a byte at the end are ignored, as Go and
/// nkeys.js do.
pub fn decode(text: &[u8]) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let (mut value, mut bits) = (0u32, 0);
    for character in text {
        let digit = match character {
            b'A'..=b'Z' => character - b'A',
            b'2'..=b'7' => character - b'2' + 26,
            _ => return Err(Unreadable::NotBase32),
        };
        value = value << 5 | u32::from(digit);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((value >> bits) as u8);
        }
    }
    let end = bytes.len().checked_sub(CHECKSUM_LEN).ok_or(Unreadable::NotBase32)?;
    let checksum = bytes.split_off(end);
    if crc16(&bytes).to_le_bytes() == checksum[..] { Ok(bytes) } else { Err(Unreadable::Checksum) }
}

/// Without padding.
pub fn base64url(bytes: &[u8]) -> String {
    write_digits(BASE64URL, bytes)
}

/// Cuts the bits into digits of 5 (an alphabet of 32) or 6 (of 64), the last one filled up with zeros.
fn write_digits(alphabet: &[u8], bytes: &[u8]) -> String {
    let width = alphabet.len().trailing_zeros();
    let mut text = String::with_capacity(bytes.len() * 8 / width as usize + 1);
    let (mut value, mut bits) = (0u32, 0);
    let mut push = |digit: u32| text.push(char::from(alphabet[digit as usize & (alphabet.len() - 1)]));
    for byte in bytes {
        value = value << 8 | u32::from(*byte);
        bits += 8;
        while bits >= width {
            bits -= width;
            push(value >> bits);
        }
    }
    if bits > 0 {
        push(value << (width - bits));
    }
    text
}

/// CRC-16/XMODEM.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(
            crc ^ u16::from(*byte) << 8,
            |crc, _| {
                if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x1021 }
            },
        )
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_checksum_is_crc_16_xmodem() {
        // The check value of the catalogue of CRC algorithms.
        assert_eq!(crc16(b"123456789"), 0x31c3);
    }

    #[test]
    fn digits_are_those_of_rfc_4648() {
        for (bytes, base32, base64) in [
            ("", "", ""),
            ("f", "MY", "Zg"),
            ("fo", "MZXQ", "Zm8"),
            ("foo", "MZXW6", "Zm9v"),
            ("foob", "MZXW6YQ", "Zm9vYg"),
            ("fooba", "MZXW6YTB", "Zm9vYmE"),
            ("foobar", "MZXW6YTBOI", "Zm9vYmFy"),
        ] {
            assert_eq!(write_digits(BASE32, bytes.as_bytes()), base32);
            assert_eq!(base64url(bytes.as_bytes()), base64);
        }
        assert_eq!(base64url(&[0xfb, 0xff]), "-_8");
    }

    #[test]
    fn what_is_too_short_for_a_checksum_is_refused() {
        assert_eq!(decode(b""), Err(Unreadable::NotBase32));
        assert_eq!(decode(b"AA"), Err(Unreadable::NotBase32));
        // The checksum of nothing is zero.
        assert_eq!(decode(b"AAAA"), Ok(vec![]));
    }

    proptest! {
        #[test]
        fn what_was_written_reads_back(bytes: Vec<u8>) {
            prop_assert_eq!(decode(encode(bytes.clone()).as_bytes()), Ok(bytes));
        }

        #[test]
        fn one_wrong_character_is_noticed(bytes: [u8; 33], at in 0..56usize, digit in 0..32usize) {
            let good = encode(bytes.to_vec()).into_bytes();
            let mut bad = good.clone();
            bad[at] = BASE32[digit];
            prop_assert!(bad == good || decode(&bad) == Err(Unreadable::Checksum));
        }
    }
}
