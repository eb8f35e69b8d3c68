//! A scrape as Prometheus makes it, by HTTP from the running exporter: each name, HELP,
//! TYPE and label is in `scraped/metrics.txt`, with `GOLDEN=overwrite` as they are now.

use example_metrics::Shares;
use example_metrics::prometheus::serve;
use example_metrics::server::Server;
use retry_runtime::__private::{Name, ran_twice, unknown_error};
use retry_runtime::{Budget, Transient, Verdict, retry};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;
use std::{env, fs, io};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scraped/metrics.txt");

#[derive(Debug)]
struct Slow;

impl Transient for Slow {
    fn verdict(&self) -> Verdict {
        Verdict::not_sent()
    }
}

#[retry(name = "shares.watch", hedge = 10ms, attempt = at)]
async fn watch() -> Result<(), Slow> {
    if !at.is_retry() {
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    Ok(())
}

#[retry(name = "shares.hint", max = 1, backoff = none)]
async fn hint() -> Result<(), Slow> {
    Err(Slow)
}

/// Something of everything that is counted.
async fn calls() -> io::Result<()> {
    let server = Server::start(1).await?;
    let shares = Shares::new("frankfurt", server.address(), Budget::standard());
    shares.price("ACME").await?;
    shares.price("ACME").await?;
    let server = Server::start(99).await?;
    let budget = Budget::standard();
    while budget.try_retry(1) {}
    let shares = Shares::new("stuttgart", server.address(), budget);
    shares.volume("ACME").await.unwrap_err();
    watch().await.unwrap();
    hint().await.unwrap_err();
    unknown_error(Name::written("shares.buy"), "shop::Trouble");
    ran_twice("shop::pay");
    Ok(())
}

async fn scrape(address: SocketAddr) -> io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    Ok(body.to_owned())
}

/// Without the values: `# HELP`, `# TYPE` and `name{labels}`, in order.
fn shape(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.is_empty());
    let lines: BTreeSet<_> = lines
        .map(|line| match line.rsplit_once(' ') {
            Some((name, _)) if !line.starts_with('#') => name,
            _ => line,
        })
        .collect();
    let lines: Vec<_> = lines.into_iter().collect();
    lines.join("\n") + "\n"
}

#[tokio::test]
async fn a_scrape_has_the_names_and_labels_that_the_guide_lists() -> io::Result<()> {
    // A port that nobody has.
    let address = TcpListener::bind("127.0.0.1:0").await?.local_addr()?;
    serve(address).unwrap();
    calls().await?;
    let shape = shape(&scrape(address).await?);
    if env::var_os("GOLDEN").is_some_and(|golden| golden == "overwrite") {
        fs::write(GOLDEN, &shape)?;
    }
    assert_eq!(shape, fs::read_to_string(GOLDEN)?);
    Ok(())
}
