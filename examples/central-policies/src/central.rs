//! A value that is read from a file, again and again.

use arc_swap::{ArcSwap, Guard};
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use std::{error, fmt, io};

/// What a TOML file says, and goes on saying while the file is wrong.
///
/// Replace the file by renaming another one over it: a half of a file may well
/// be valid.
#[derive(Debug)]
pub struct Central<T> {
    path: PathBuf,
    text: ArcSwap<String>,
    current: ArcSwap<T>,
}

impl<T: DeserializeOwned> Central<T> {
    /// Reads the file for the first time.
    ///
    /// # Errors
    ///
    /// There is no old value to keep, so a file that cannot be used is an error.
    pub fn read(path: impl Into<PathBuf>) -> Result<Self, InvalidFile> {
        let path = path.into();
        let (text, value) = read(&path)?;
        Ok(Self {
            path,
            text: ArcSwap::from_pointee(text),
            current: ArcSwap::from_pointee(value),
        })
    }

    /// The value as of now. Do not hold it across an `.await`.
    pub fn load(&self) -> Guard<Arc<T>> {
        self.current.load()
    }

    /// Reads the file again. `true`: it says something new.
    ///
    /// # Errors
    ///
    /// The file cannot be used: the old value stays.
    pub fn reload(&self) -> Result<bool, InvalidFile> {
        let (text, value) = read(&self.path)?;
        if text == **self.text.load() {
            return Ok(false);
        }
        self.current.store(Arc::new(value));
        self.text.store(Arc::new(text));
        Ok(true)
    }

    /// Reads the file again every so often, for ever, and reports what is new,
    /// and each fault of the file once.
    pub async fn watch(&self, every: Duration, mut report: impl FnMut(Result<(), InvalidFile>)) {
        let mut told = None;
        loop {
            tokio::time::sleep(every).await;
            // A blocking read, but of a page of text.
            match self.reload() {
                Ok(is_new) => {
                    if is_new || told.take().is_some() {
                        report(Ok(()));
                    }
                }
                Err(error) => {
                    let text = Some(error.to_string());
                    if told != text {
                        told = text;
                        report(Err(error));
                    }
                }
            }
        }
    }
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<(String, T), InvalidFile> {
    let invalid = |cause| InvalidFile {
        path: path.to_owned(),
        cause,
    };
    let text = std::fs::read_to_string(path).map_err(|error| invalid(Cause::Read(error)))?;
    let value = toml::from_str(&text).map_err(|error| invalid(Cause::Parse(error)))?;
    Ok((text, value))
}

/// A file that cannot be used: it prints its path, the line and what is wrong.
#[derive(Debug)]
pub struct InvalidFile {
    path: PathBuf,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    Read(io::Error),
    Parse(toml::de::Error),
}

impl fmt::Display for InvalidFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.path.display())?;
        match &self.cause {
            Cause::Read(error) => error.fmt(f),
            Cause::Parse(error) => error.fmt(f),
        }
    }
}

impl error::Error for InvalidFile {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match &self.cause {
            Cause::Read(error) => Some(error),
            Cause::Parse(error) => Some(error),
        }
    }
}
