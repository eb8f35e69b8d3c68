//! Bodies in shapes that a careless expansion trips over.
#![deny(warnings)]

use retry_runtime::retry;
use std::fmt::Debug;
use std::io;

#[retry]
pub async fn one_line() -> io::Result<u32> { Ok(1) }

#[retry]
pub fn one_line_sync() -> io::Result<u32> { Ok(1) }

#[retry]
pub async fn only_return() -> io::Result<u32> {
    return Ok(1);
}

#[retry]
pub async fn never_answers() -> io::Result<u32> {
    panic!("never")
}

#[retry]
pub async fn waits_for_ever() -> io::Result<u32> {
    loop {
        std::future::pending::<()>().await;
    }
}

#[retry]
pub async fn labels(rows: &[Vec<u32>]) -> io::Result<u32> {
    let found = 'rows: loop {
        for row in rows {
            for cell in row {
                if *cell == 7 {
                    break 'rows *cell;
                }
            }
        }
        return Err(io::ErrorKind::NotFound.into());
    };
    Ok(found)
}

#[retry]
pub async fn question_marks(text: &str) -> io::Result<Vec<u32>> {
    let parse = |text: &str| -> io::Result<u32> {
        Ok(text.parse::<u32>().map_err(io::Error::other)?)
    };
    let inner = async { parse(text) };
    let list = vec![parse(text)?, inner.await?];
    Ok(list)
}

#[retry]
pub async fn items_inside() -> io::Result<u32> {
    const LIMIT: u32 = 3;
    struct Local(u32);
    fn helper(local: &Local) -> u32 {
        local.0
    }
    Ok(helper(&Local(LIMIT)))
}

#[retry]
pub async fn unsized_answer() -> Result<Box<dyn Debug + Send>, io::Error> {
    Ok(Box::new(1))
}

#[retry]
pub async fn hidden_answer() -> Result<impl Debug, io::Error> {
    Ok(vec![1])
}

/// Its tail borrows from a local that is dropped at the end of the body.
#[retry]
pub async fn tail_with_a_temporary() -> io::Result<u32> {
    let lock = std::sync::Mutex::new(1);
    Ok(*lock.lock().unwrap())
}

#[retry]
pub fn future_behind_statements(text: &str) -> impl Future<Output = io::Result<u32>> + Send + use<> {
    let number: Option<u32> = text.parse().ok();
    async move { number.ok_or_else(|| io::ErrorKind::InvalidInput.into()) }
}

fn main() {}
