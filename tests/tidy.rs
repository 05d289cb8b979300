//! Rules of the house that no compiler checks. Each message says what to do.
#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::{Path, PathBuf};

/// A longer file is usually two rooms.
const LONGEST_FILE: usize = 600;

#[test]
fn the_core_does_not_ask_where_it_runs() {
    for (path, text) in sources("src/core", "rs") {
        for (number, line) in text.lines().enumerate() {
            assert!(
                !line.contains("cfg(target") && !line.contains("cfg!(target"),
                "{}:{}: src/core behaves the same everywhere; what depends on the target belongs in src/web",
                path.display(),
                number + 1,
            );
        }
    }
}

#[test]
fn the_core_has_no_clock_and_no_randomness_of_its_own() {
    for (path, text) in sources("src/core", "rs") {
        for forbidden in ["Instant::now", "SystemTime", "getrandom", "thread_rng", "std::thread", "std::net"]
        {
            assert!(
                !text.contains(forbidden),
                "{}: {forbidden}: instants and entropy are handed to the core by its shell",
                path.display(),
            );
        }
    }
}

#[test]
fn files_are_one_room() {
    let all =
        [("src", "rs"), ("js", "ts"), ("scripts", "mjs"), ("www", "js"), ("tests", "ts"), ("tests", "rs")];
    for (path, text) in all.iter().flat_map(|(root, ending)| sources(root, ending)) {
        let lines = text.lines().count();
        assert!(
            lines <= LONGEST_FILE,
            "{}: {lines} lines, the limit is {LONGEST_FILE}: split it",
            path.display()
        );
    }
}

#[test]
fn source_files_say_what_they_own() {
    for (path, text) in sources("src", "rs") {
        assert!(
            text.starts_with("//!"),
            "{}: begin with what this file owns and what it refuses",
            path.display()
        );
    }
    for (path, text) in sources("js", "ts") {
        assert!(
            text.starts_with("/**") || text.starts_with("//"),
            "{}: begin with what this file owns and what it refuses",
            path.display(),
        );
    }
}

/// So that socket and core can move to another thread (ARCHITECTURE.md, "Where a worker would cut").
#[test]
fn only_the_local_engine_reads_the_cores_memory() {
    let room =
        ["local", "load", "shell", "scratch", "memory", "engine"].map(|name| format!("js/engine/{name}.ts"));
    // Has a memory of its own, that of the module whose loader it is.
    let other = ["js/engine/machines.ts".to_owned()];
    let makers = ["js/core/connection/connection.ts".to_owned()];
    for file in room.iter().chain(&other).chain(&makers) {
        assert!(root().join(file).is_file(), "{file} is gone: this rule must name the local engine's files");
    }
    for (path, text) in sources("js", "ts") {
        let path = path.to_string_lossy().replace('\\', "/");
        let is = |files: &[String]| files.iter().any(|file| path.ends_with(file));
        for part in ["memory", "scratch", "shell", "layout"] {
            assert!(
                is(&room)
                    || part == "memory" && is(&other)
                    || !(imports(&text, "engine", part)
                        || path.contains("js/engine/") && imports(&text, ".", part)),
                "{path}: js/engine/{part}.ts is the local engine's own: ask the Engine of js/engine/engine.ts",
            );
        }
        assert!(
            is(&makers) || !imports(&text, "engine", "local"),
            "{path}: who makes the local engine decides that the core is in this thread: that is {}",
            makers[0],
        );
        assert!(
            path.contains("js/engine/")
                || !text.contains("WebAssembly.Memory") && !text.contains("memory.buffer"),
            "{path}: wasm memory is read in js/engine",
        );
    }
}

/// Whether a file has `from "…<room>/<file>"`.
fn imports(text: &str, room: &str, file: &str) -> bool {
    let end = format!("{room}/{file}\"");
    text.lines().any(|line| line.contains("from \"") && line.contains(&end))
}

#[test]
fn nothing_is_left_for_later() {
    for (root, ending) in [("src", "rs"), ("js", "ts"), ("scripts", "mjs"), ("www", "js")] {
        for (path, text) in sources(root, ending) {
            for mark in [concat!("TO", "DO"), concat!("FIX", "ME"), "todo!(", "unimplemented!("] {
                assert!(!text.contains(mark), "{}: {mark}: finish it or leave it out", path.display());
            }
        }
    }
}

/// A comment that names a file which has moved sends its reader astray. Old decisions are left out: what they say of files
/// was true on their day.
#[test]
fn files_that_are_named_are_there() {
    let pages = ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md"]
        .map(|page| (root().join(page), fs::read_to_string(root().join(page)).expect("a page")));
    let code =
        [("src", "rs"), ("js", "ts"), ("scripts", "mjs"), ("www", "js"), ("tests", "ts"), ("tests", "rs")];
    let code = code.iter().flat_map(|(root, ending)| sources(root, ending));
    let decisions = fs::read_dir(root().join("docs/decisions")).expect("a folder");
    let decisions: Vec<_> = decisions.map(|page| page.expect("a page").file_name()).collect();
    for (path, text) in pages.into_iter().chain(code) {
        for name in text.split(|it: char| !it.is_ascii_alphanumeric() && !"/._-".contains(it)) {
            let name = name.trim_start_matches("../").trim_end_matches('.');
            let is_there = match name.strip_prefix("docs/decisions/") {
                Some(number) => decisions.iter().any(|page| page.to_string_lossy().starts_with(number)),
                None => !is_path(name) || root().join(name).is_file(),
            };
            assert!(is_there, "{}: {name} is not there: name the file as it is called now", path.display());
        }
    }
}

/// Whether `name` is the path of a file that somebody has written, from the project's root.
fn is_path(name: &str) -> bool {
    let folders = ["src/", "js/", "scripts/", "tests/", "bench/", "benches/", "www/", "docs/"];
    let endings = [".rs", ".ts", ".mjs", ".md"];
    folders.iter().any(|folder| name.starts_with(folder))
        && endings.iter().any(|ending| name.ends_with(ending))
        && !name.contains("/generated/")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file with this ending below a folder of the project, generated ones left out.
fn sources(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    collect(&root().join(folder), ending, &mut found);
    found
}

fn collect(folder: &Path, ending: &str, found: &mut Vec<(PathBuf, String)>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "generated" && name != "node_modules") {
                collect(&path, ending, found);
            }
        } else if path.extension().is_some_and(|found| found == ending) {
            let text = fs::read_to_string(&path).expect("a text file");
            found.push((path, text));
        }
    }
}
