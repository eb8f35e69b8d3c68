//! `cargo run -p example-tracing`: four calls, and the lines that each leaves.

use example_tracing::Mail;
use example_tracing::server::Server;
use std::io;
use tracing::Level;

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    tracing_subscriber::fmt()
        .with_max_level(Level::DEBUG)
        .without_time()
        .init();

    println!("count: the server hangs up twice, then answers");
    let server = Server::start(2).await?;
    report(Mail::new(server.address()).count("grace").await);

    println!("count: the server hangs up each time");
    let server = Server::start(9).await?;
    report(Mail::new(server.address()).count("grace").await);

    println!("count: the server knows no such user, which no retry can change");
    let server = Server::start(0).await?;
    report(Mail::new(server.address()).count("nobody").await);

    println!("newest: each attempt has a span, in which the method logs, too");
    let server = Server::start(1).await?;
    report(Mail::new(server.address()).newest("grace").await);
    Ok(())
}

fn report(outcome: io::Result<String>) {
    match outcome {
        Ok(answer) => println!("  the answer: {answer}\n"),
        Err(error) => println!("  the last error: {error}\n"),
    }
}
