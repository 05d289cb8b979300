//! Folders of written conversations: each file is replayed, and what happens is compared with what is written. `BLESS=1`
//! writes the files anew. A browser has no files: there they are part of the program.

use std::path::{Path, PathBuf};

/// Replays every file of `tests/<folder>`; `play` writes down what happens.
pub fn replay(folder: &str, play: impl Fn(&str, &Path) -> String) {
    let all = files(folder);
    assert!(!all.is_empty(), "conversations are missing from tests/{folder}");
    let mut different = Vec::new();
    for (path, written) in all {
        let played = play(&written, &path);
        if played != written && !bless(&path, &played) {
            different.push(format!("--- {}\n{}", path.display(), difference(&written, &played)));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}

/// The first line that is not as written, with what led to it.
fn difference(written: &str, played: &str) -> String {
    let (written, played): (Vec<&str>, Vec<&str>) = (written.lines().collect(), played.lines().collect());
    let at = written.iter().zip(&played).take_while(|(a, b)| a == b).count();
    let before = written[at.saturating_sub(4)..at].join("\n");
    let end = "(the end)";
    let (wanted, got) = (written.get(at).unwrap_or(&end), played.get(at).unwrap_or(&end));
    format!("{before}\nline {}: written  {wanted}\nline {}: happened {got}", at + 1, at + 1)
}

#[cfg(not(target_arch = "wasm32"))]
fn files(folder: &str) -> Vec<(PathBuf, String)> {
    use std::fs;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap_or_else(|why| panic!("{}: {why}", folder.display()))
        .map(|entry| entry.expect("a readable folder").path())
        .collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let written = fs::read_to_string(&path).expect("a text file");
            (path, written)
        })
        .collect()
}

#[cfg(target_arch = "wasm32")]
fn files(folder: &str) -> Vec<(PathBuf, String)> {
    use include_dir::{Dir, include_dir};
    static TRANSCRIPTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/tests/transcripts");
    static PULL: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/tests/machines/pull");
    let included = match folder {
        "transcripts" => &TRANSCRIPTS,
        "machines/pull" => &PULL,
        other => panic!("tests/{other} is not part of the program"),
    };
    included
        .files()
        .map(|file| {
            let written = file.contents_utf8().expect("a text file");
            (file.path().to_owned(), written.to_owned())
        })
        .collect()
}

#[cfg(not(target_arch = "wasm32"))]
fn bless(path: &Path, played: &str) -> bool {
    let asked = std::env::var_os("BLESS").is_some();
    if asked {
        std::fs::write(path, played).expect("a writable folder");
    }
    asked
}

#[cfg(target_arch = "wasm32")]
fn bless(_: &Path, _: &str) -> bool {
    false
}
