//! A file of rules, read again and again.

use super::rules::{InvalidRules, Rules};
use super::{install, told};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// How often the file is read.
const EVERY: Duration = Duration::from_secs(1);

/// Installs the rules of a TOML file, and from then on reads it every second and installs
/// what it says then.
///
/// The file is compared by what it says, not by its time: a rename over it and a
/// Kubernetes `ConfigMap`, whose link is swapped, are noticed, and so is a file that comes
/// back. A file that cannot be read, or that is wrong in any way, changes nothing: the rules
/// before stay. It is told at `ERROR` with the line (feature `tracing`), counted as
/// `retry_rules_refused_total` (feature `metrics`), both once for each new fault, and to be
/// had from [`Watch::fault`].
///
/// Replace a file by renaming another one over it: half of a file may well be valid.
///
/// A thread of its own reads, so that no runtime is needed and none is blocked. It ends
/// when the [`Watch`] is dropped: keep that one for as long as the program runs.
///
/// # Errors
///
/// The file cannot be read, or is wrong, or there can be no thread: nothing is watched.
///
/// ```
/// use retry_runtime::central;
///
/// # let path = std::env::temp_dir().join("retry-rules-of-a-doc-test.toml");
/// # std::fs::write(&path, "[default]\nenabled = true").unwrap();
/// let watch = central::watch(&path)?;
/// assert_eq!(watch.fault(), None);
/// # Ok::<(), central::InvalidRules>(())
/// ```
pub fn watch(path: impl Into<PathBuf>) -> Result<Watch, InvalidRules> {
    let path = path.into();
    let text = read(&path)?;
    install(parse(&path, &text)?);
    let state = Arc::new(Mutex::new(FileState::default()));
    let (stop, stopped) = mpsc::channel();
    let watched = Watcher {
        path: path.clone(),
        text,
        state: Arc::clone(&state),
    };
    thread::Builder::new()
        .name("retry-rules".to_owned())
        .spawn(move || watched.run(&stopped))
        .map_err(|error| InvalidRules::of_file(&path, format!("cannot be watched: {error}")))?;
    Ok(Watch { state, _stop: stop })
}

/// A file that is watched: dropped, it is watched no more, and its rules stay.
///
/// ```
/// use retry_runtime::central::{self, Watch};
///
/// /// Keeps the watch for as long as the application lives.
/// struct App {
///     rules: Watch,
/// }
/// # let path = std::env::temp_dir().join("retry-rules-of-another-doc-test.toml");
/// # std::fs::write(&path, "").unwrap();
/// let app = App { rules: central::watch(&path)? };
/// assert_eq!(app.rules.refused(), 0);
/// # Ok::<(), central::InvalidRules>(())
/// ```
#[derive(Debug)]
#[must_use = "dropped, it watches no more"]
pub struct Watch {
    state: Arc<Mutex<FileState>>,
    /// The thread ends when this is gone.
    _stop: Sender<()>,
}

impl Watch {
    /// What is wrong with the file now, if anything is: the rules before it stay.
    ///
    /// ```
    /// # let path = std::env::temp_dir().join("retry-rules-of-a-third-doc-test.toml");
    /// # std::fs::write(&path, "").unwrap();
    /// let watch = retry_runtime::central::watch(&path)?;
    /// if let Some(fault) = watch.fault() {
    ///     println!("the rules are not those of the file: {fault}");
    /// }
    /// # Ok::<(), retry_runtime::central::InvalidRules>(())
    /// ```
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        self.state().fault.clone()
    }

    /// How many faults the file has had, each counted once however often it was read.
    ///
    /// ```
    /// # let path = std::env::temp_dir().join("retry-rules-of-a-fourth-doc-test.toml");
    /// # std::fs::write(&path, "").unwrap();
    /// assert_eq!(retry_runtime::central::watch(&path)?.refused(), 0);
    /// # Ok::<(), retry_runtime::central::InvalidRules>(())
    /// ```
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.state().refused
    }

    fn state(&self) -> std::sync::MutexGuard<'_, FileState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Default)]
struct FileState {
    fault: Option<String>,
    refused: u64,
}

/// The part of the thread.
struct Watcher {
    path: PathBuf,
    /// What the file says that is installed.
    text: String,
    state: Arc<Mutex<FileState>>,
}

impl Watcher {
    fn run(mut self, stopped: &mpsc::Receiver<()>) {
        while stopped.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
            self.look();
        }
    }

    /// Reads the file once.
    fn look(&mut self) {
        let read = read(&self.path).and_then(|text| {
            let is_new = text != self.text;
            let rules = is_new.then(|| parse(&self.path, &text)).transpose()?;
            Ok((text, rules))
        });
        let fault = match read {
            Ok((text, rules)) => {
                if let Some(rules) = rules {
                    install(rules);
                    told::installed(&self.path);
                }
                self.text = text;
                None
            }
            Err(error) => Some(error.to_string()),
        };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.fault == fault {
            return;
        }
        if let Some(fault) = &fault {
            state.refused += 1;
            told::refused(fault);
        }
        state.fault = fault;
    }
}

fn read(path: &Path) -> Result<String, InvalidRules> {
    fs::read_to_string(path).map_err(|error| InvalidRules::of_file(path, error))
}

fn parse(path: &Path, text: &str) -> Result<Rules, InvalidRules> {
    text.parse()
        .map_err(|error: InvalidRules| InvalidRules::of_file(path, error))
}
