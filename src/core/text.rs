//! Texts for people: numbers in digits, phrases found whatever their case. Refuses `core::fmt` and the searchers of
//! `str`, which would be a tenth of the wasm module for a dozen sentences; sentences are put together with `concat`.

/// A number in decimal digits.
pub fn decimal(mut number: u64) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(b'0' + (number % 10) as u8);
        number /= 10;
        if number == 0 {
            return digits.into_iter().rev().map(char::from).collect();
        }
    }
}

/// Where `phrase` begins in `text`, in any mixture of ASCII case. `phrase` is not empty.
pub fn find(text: &str, phrase: &str) -> Option<usize> {
    text.as_bytes().windows(phrase.len()).position(|window| window.eq_ignore_ascii_case(phrase.as_bytes()))
}

/// What lies before and behind the first `mark`, whose case counts.
pub fn cut<'a>(text: &'a str, mark: &str) -> Option<(&'a str, &'a str)> {
    let at = text.as_bytes().windows(mark.len()).position(|window| window == mark.as_bytes())?;
    Some((&text[..at], &text[at + mark.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_fmt() {
        for number in [0, 1, 9, 10, 99, 100, 65_535, 4_294_967_295, u64::MAX] {
            assert_eq!(decimal(number), number.to_string());
        }
    }

    #[test]
    fn phrases_are_found_in_any_case() {
        assert_eq!(find("-ERR 'Authorization Violation'", "authorization violation"), Some(6));
        assert_eq!(find("Authorization", "authorization violation"), None);
        assert_eq!(find("", "x"), None);
    }

    #[test]
    fn cuts_at_the_first_mark_as_split_once_does() {
        for (text, mark) in
            [("ws://a://b", "://"), ("ä to \"ö\"", " to \""), ("Ab", "b"), ("ab", "c"), ("a", "ab")]
        {
            assert_eq!(cut(text, mark), text.split_once(mark), "{text:?} {mark:?}");
        }
    }
}
