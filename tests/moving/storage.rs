//! Object stores, files and downloads.

use crate::support::{Calls, Fault, ms, timed};
use crate::{Log, Server};
use retry_runtime::{Policy, Transient, Verdict, retry};
use std::cell::{Cell, RefCell};
use std::io;
use std::path::Path;
use tokio::time::sleep;

/// The error of an object store, with its code as text.
#[derive(Clone, Debug, PartialEq)]
struct S3Error(&'static str);

impl Transient for S3Error {
    fn verdict(&self) -> Verdict {
        match self.0 {
            "SlowDown" => Verdict::transient().overloaded(),
            "InternalError" | "RequestTimeout" => Verdict::transient(),
            _ => Verdict::permanent(),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Page {
    keys: Vec<u32>,
    next: Option<usize>,
}

struct Bucket {
    pages: Vec<Page>,
    /// Every other request is told to come later.
    slow: bool,
    calls: Calls,
}

impl Bucket {
    /// All keys: each page is retried by itself, so that a failure costs one page.
    async fn list(&self) -> Result<Vec<u32>, S3Error> {
        let (mut keys, mut next) = (Vec::new(), Some(0));
        while let Some(token) = next {
            let page = self.page(token).await?;
            keys.extend(page.keys);
            next = page.next;
        }
        Ok(keys)
    }

    #[retry(max = 3, backoff = exp(100ms, 2, 1s), jitter = none)]
    async fn page(&self, token: usize) -> Result<Page, S3Error> {
        match self.calls.next() {
            odd if self.slow && odd % 2 == 1 => Err(S3Error("SlowDown")),
            _ => self.pages.get(token).cloned().ok_or(S3Error("NoSuchKey")),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn pages_of_a_listing() {
    let pages = vec![
        Page {
            keys: vec![1, 2],
            next: Some(1),
        },
        Page {
            keys: vec![3],
            next: Some(2),
        },
        Page {
            keys: vec![4, 5],
            next: None,
        },
    ];
    let bucket = Bucket {
        pages: pages.clone(),
        slow: true,
        calls: Calls::new(),
    };
    let (keys, time) = timed(bucket.list()).await;
    assert_eq!((keys, time), (Ok(vec![1, 2, 3, 4, 5]), ms(300)));
    assert_eq!(bucket.calls.count(), 6);

    let cut_short = Bucket {
        pages: pages[..1].to_vec(),
        slow: false,
        calls: Calls::new(),
    };
    assert_eq!(cut_short.list().await, Err(S3Error("NoSuchKey")));
    assert_eq!(cut_short.calls.count(), 2);
}

/// Sends the parts of a file, and the last word that joins them.
async fn upload(
    parts: &[Server<u32, S3Error>],
    complete: &Server<(), S3Error>,
) -> Result<Vec<u32>, S3Error> {
    let policy = Policy::DEFAULT.with_max(2);
    let mut tags = Vec::new();
    for part in parts {
        tags.push(policy.run(async |_| part.call()).untimed().await?);
    }
    policy.run(async |_| complete.call()).untimed().await?;
    Ok(tags)
}

#[tokio::test(start_paused = true)]
async fn parts_of_an_upload() {
    let part = |failures| Server::failing(failures, S3Error("InternalError"), 7);
    let parts = [part(0), part(2), part(1)];
    let complete = Server::new([Err(S3Error("RequestTimeout")), Ok(())]);
    assert_eq!(upload(&parts, &complete).await, Ok(vec![7, 7, 7]));
    assert_eq!(parts.each_ref().map(Server::calls), [1, 3, 2]);
    assert_eq!(complete.calls(), 2);

    let parts = [part(0), part(3), part(0)];
    assert_eq!(
        upload(&parts, &complete).await,
        Err(S3Error("InternalError"))
    );
    assert_eq!(parts.each_ref().map(Server::calls), [1, 3, 0]);
}

/// An upload that takes 40 s, in a function that retries for 30 s.
#[retry(retry_for = 30s, backoff = fixed(1s), jitter = none, budget = none)]
async fn long_upload(server: &Server<u32, Fault>, takes: u64) -> Result<u32, Fault> {
    sleep(ms(takes)).await;
    server.call()
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_is_longer_than_its_retries() {
    // It is not cut, and one that fails after the time is not begun again.
    let server = Server::failing(0, Fault::Down(0), 1);
    assert_eq!(
        timed(long_upload(&server, 40_000)).await,
        (Ok(1), ms(40_000))
    );
    let server = Server::failing(1, Fault::Down(0), 1);
    let (outcome, time) = timed(long_upload(&server, 40_000)).await;
    assert_eq!((outcome, time), (Err(Fault::Down(0)), ms(40_000)));
    assert_eq!(server.calls(), 1);
    // One that fails early is sent again, whole, and ends after the time.
    let server = Server::failing(1, Fault::Down(0), 1);
    assert_eq!(
        timed(long_upload(&server, 20_000)).await,
        (Ok(1), ms(41_000))
    );
}

/// A file on a server that breaks the connection after a few bytes.
struct Remote {
    content: &'static [u8],
    breaks_after: Cell<usize>,
    opened_at: RefCell<Vec<usize>>,
}

impl Remote {
    /// Reads on from where the last attempt came to.
    #[retry(max = 5, backoff = fixed(100ms), jitter = none)]
    async fn download(&self, into: &mut Vec<u8>) -> io::Result<()> {
        for chunk in self.open(into.len()) {
            into.extend(chunk?);
        }
        Ok(())
    }

    /// The stream from this offset: chunks of two bytes, and a break.
    fn open(&self, offset: usize) -> impl Iterator<Item = io::Result<&[u8]>> {
        self.opened_at.borrow_mut().push(offset);
        let left = &self.content[offset..];
        let served = self.breaks_after.get().min(left.len());
        let broken = (served < left.len()).then(|| Err(io::ErrorKind::ConnectionReset.into()));
        left[..served].chunks(2).map(Ok).chain(broken)
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_opened_at_its_offset() {
    let remote = Remote {
        content: b"abcdefghij",
        breaks_after: Cell::new(4),
        opened_at: RefCell::default(),
    };
    let mut file = Vec::new();
    let (outcome, time) = timed(remote.download(&mut file)).await;
    assert!(outcome.is_ok());
    assert_eq!((&*file, time), (&b"abcdefghij"[..], ms(200)));
    assert_eq!(*remote.opened_at.borrow(), [0, 4, 8]);

    // A server that gives nothing any more: what was read so far is still there.
    remote.breaks_after.set(0);
    let mut file = b"abcd".to_vec();
    assert!(remote.download(&mut file).await.is_err());
    assert_eq!(file, b"abcd");
    assert_eq!(remote.opened_at.borrow().len(), 3 + 6);
}

/// Waits for a file that another process writes.
#[retry(max = 4, backoff = fixed(1ms), jitter = none, on = |error| error.kind() == io::ErrorKind::NotFound)]
fn read_when_there(path: impl AsRef<Path>, tries: &Calls) -> io::Result<String> {
    let path = path.as_ref();
    if tries.next() == 3 {
        std::fs::write(path, "ready")?; // the other process
    }
    std::fs::read_to_string(path)
}

/// The same in an async fn.
#[retry(max = 2, backoff = fixed(50ms), jitter = none, on = |error| error.kind() == io::ErrorKind::NotFound)]
async fn read_later(path: impl AsRef<Path>, tries: &Calls) -> io::Result<String> {
    tries.next();
    tokio::fs::read_to_string(path.as_ref()).await
}

#[tokio::test(start_paused = true)]
async fn any_kind_of_path() {
    let folder = std::env::temp_dir();
    let path = folder.join(format!("retry-moving-{}", std::process::id()));
    let (tries, missing) = (Calls::new(), Calls::new());
    assert_eq!(read_when_there(&path, &tries).unwrap(), "ready");
    assert_eq!(tries.count(), 3);
    assert_eq!(
        read_later(path.display().to_string(), &missing)
            .await
            .unwrap(),
        "ready"
    );
    std::fs::remove_file(&path).unwrap();

    let error = read_later(path, &missing).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
    assert_eq!(missing.count(), 1 + 3);
    // Another error is not waited for.
    let tries = Calls::new();
    assert!(read_when_there(folder, &tries).is_err());
    assert_eq!(tries.count(), 1);
}

/// An object that is replaced only where nobody else did in between.
#[derive(Clone, Copy, Debug, PartialEq)]
enum PutError {
    Conflict,
    Down,
}

struct Versioned {
    version: Cell<u32>,
    value: Cell<u32>,
    /// Others who write in between, before a replacement.
    writers: Cell<u32>,
    reads: Calls,
    log: Log,
}

impl Versioned {
    /// What was read is stale after a conflict: the whole function is repeated, and the
    /// read inside it keeps its own retries.
    #[retry(
        nested = allow,
        budget = none,
        max = 10,
        backoff = random(5ms, 20ms),
        on = |error| *error == PutError::Conflict,
    )]
    async fn add(&self, amount: u32) -> Result<u32, PutError> {
        let (value, version) = self.read().await?;
        self.replace(value + amount, version).await?;
        Ok(value + amount)
    }

    #[retry(max = 1, backoff = none, on = |error| *error == PutError::Down)]
    async fn read(&self) -> Result<(u32, u32), PutError> {
        if self.reads.next() % 2 == 1 {
            return Err(PutError::Down);
        }
        Ok((self.value.get(), self.version.get()))
    }

    async fn replace(&self, value: u32, version: u32) -> Result<(), PutError> {
        if self.writers.get() > 0 {
            self.writers.set(self.writers.get() - 1);
            self.value.set(self.value.get() + 100);
            self.version.set(self.version.get() + 1);
        }
        self.log.add(format!("replace {version}"));
        if version != self.version.get() {
            return Err(PutError::Conflict);
        }
        self.value.set(value);
        self.version.set(version + 1);
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn read_modify_and_replace() {
    let object = |writers| Versioned {
        version: Cell::new(1),
        value: Cell::new(0),
        writers: Cell::new(writers),
        reads: Calls::new(),
        log: Log::default(),
    };
    let busy = object(3);
    assert_eq!(busy.add(5).await, Ok(305));
    assert_eq!(busy.value.get(), 305);
    assert_eq!(
        busy.log.lines(),
        ["replace 1", "replace 2", "replace 3", "replace 4"]
    );
    assert_eq!(busy.reads.count(), 4 * 2);

    let contended = object(99);
    assert_eq!(contended.add(5).await, Err(PutError::Conflict));
    assert_eq!(contended.log.lines().len(), 11);
}
