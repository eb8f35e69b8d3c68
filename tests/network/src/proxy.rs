//! A proxy that delays each chunk by another time, so that those of different connections
//! overtake one another, and one that lets connections fall asleep half-way.

use std::io;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

#[derive(Clone, Copy, Debug)]
pub(crate) enum Manner {
    /// Each chunk waits, up to 40 ms.
    Delays,
    /// One connection in four passes on this little, and nothing any more, without an end.
    FallsAsleep,
}

/// Passes on what comes to `from` for as long as the runtime lives.
pub(crate) async fn serve(from: u16, to: u16, manner: Manner) -> io::Result<()> {
    let listener = TcpListener::bind(("0.0.0.0", from)).await?;
    tokio::spawn(async move {
        loop {
            if let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass(client, to, manner));
            }
        }
    });
    Ok(())
}

async fn pass(client: TcpStream, to: u16, manner: Manner) -> io::Result<()> {
    let server = TcpStream::connect(("127.0.0.1", to)).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let sleeps = matches!(manner, Manner::FallsAsleep) && fastrand::u8(..4) == 0;
    let allowed = if sleeps {
        fastrand::usize(..4000)
    } else {
        usize::MAX
    };
    let there = copy(from_client, to_server, manner, usize::MAX);
    let back = copy(from_server, to_client, manner, allowed);
    let (there, back) = tokio::join!(there, back);
    there.and(back)
}

async fn copy(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    manner: Manner,
    mut allowed: usize,
) -> io::Result<()> {
    let mut chunk = vec![0; 2048];
    loop {
        let length = from.read(&mut chunk).await?;
        if length == 0 {
            return to.shutdown().await;
        }
        if let Manner::Delays = manner {
            sleep(Duration::from_millis(fastrand::u64(..40))).await;
        }
        if length > allowed {
            // Open on this side for as long as the other one waits.
            to.write_all(&chunk[..allowed]).await?;
            while from.read(&mut chunk).await? > 0 {}
            return Ok(());
        }
        allowed -= length;
        to.write_all(&chunk[..length]).await?;
    }
}
