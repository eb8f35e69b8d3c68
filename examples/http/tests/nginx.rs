//! The client against a real nginx, started by the tests on loopback.
//!
//! Where there is none, the tests say so and pass; with
//! `RETRY_REQUIRE_SERVERS=1` they fail.

use example_http::Shop;
use std::fs;
use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Once;
use std::thread::sleep;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// One line is enough for all tests.
static SKIPPED: Once = Once::new();

/// A running nginx; it ends with the test.
struct Nginx {
    process: Child,
    address: SocketAddr,
    folder: TempDir,
}

impl Nginx {
    /// `None` where nginx is not installed, which is no fault of the client.
    fn start() -> Option<Self> {
        let found = Command::new(program())
            .arg("-v")
            .stderr(Stdio::null())
            .status();
        if let Err(error) = found {
            let required = std::env::var_os("RETRY_REQUIRE_SERVERS").is_some_and(|set| set == "1");
            assert!(!required, "nginx is required and cannot be run: {error}");
            SKIPPED.call_once(|| {
                // Not `println!`: the harness would keep it to itself.
                let _ = writeln!(
                    io::stderr(),
                    "skipped: nginx cannot be run ({error}); install Debian's package nginx"
                );
            });
            return None;
        }
        // The port is free when it is chosen; another process may be faster.
        let started = (0..5).find_map(|_| Self::start_on(free_port()));
        Some(started.expect("nginx starts on one of five free ports"))
    }

    fn start_on(address: SocketAddr) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("www/price")).unwrap();
        fs::write(folder.path().join("www/price/teapot"), "250").unwrap();
        let configuration = folder.path().join("nginx.conf");
        fs::write(&configuration, configuration_for(address, folder.path())).unwrap();
        let mut process = Command::new(program())
            .arg("-c")
            .arg(&configuration)
            .arg("-p")
            .arg(folder.path())
            .arg("-e")
            .arg(folder.path().join("error.log"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            let ended = process.try_wait().unwrap().is_some();
            if ended || begun.elapsed() > Duration::from_secs(20) {
                let log = fs::read_to_string(folder.path().join("error.log"));
                println!("nginx did not start: {}", log.unwrap_or_default());
                let _ = process.kill();
                let _ = process.wait();
                return None;
            }
            sleep(Duration::from_millis(10));
        }
        Some(Self {
            process,
            address,
            folder,
        })
    }

    fn shop(&self, place: &str) -> Shop {
        let shop = Shop::new(format!("http://{}/{place}", self.address)).unwrap();
        // No attempt is cut, however long the machine stalls.
        shop.attempt_timeout(Duration::from_secs(15))
    }

    /// Fails all requests in the way of this name, until [`Nginx::mend`].
    fn fail(&self, way: &str) {
        fs::write(self.folder.path().join(way), "").unwrap();
    }

    fn mend(&self, way: &str) {
        fs::remove_file(self.folder.path().join(way)).unwrap();
    }

    /// The status codes that were answered; 444 is a connection that was closed.
    fn answered(&self) -> Vec<String> {
        let log = match fs::read_to_string(self.folder.path().join("access.log")) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            log => log.unwrap(),
        };
        log.lines().map(str::to_owned).collect()
    }

    /// The same, once it is as it should be: nginx writes its log after the
    /// answer is out. What is never so comes back as it is in the end.
    async fn answered_as(&self, is_so: impl Fn(&[String]) -> bool) -> Vec<String> {
        let begun = Instant::now();
        loop {
            let answered = self.answered();
            if is_so(&answered) || begun.elapsed() > Duration::from_secs(20) {
                return answered;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

fn ends_in_200(answered: &[String]) -> bool {
    answered.len() > 1 && answered.last().is_some_and(|last| last == "200")
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Debian keeps it out of the search path of most users.
fn program() -> &'static str {
    const DEBIANS: &str = "/usr/sbin/nginx";
    if Path::new(DEBIANS).exists() {
        DEBIANS
    } else {
        "nginx"
    }
}

fn free_port() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

/// One process in the foreground, with all its files in the folder.
fn configuration_for(address: SocketAddr, folder: &Path) -> String {
    let folder = folder.display();
    format!(
        r#"
daemon off;
master_process off;
pid {folder}/nginx.pid;
events {{ worker_connections 64; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    log_format status "$status";
    access_log {folder}/access.log status;
    default_type application/json;
    limit_req_zone $server_addr zone=all:1m rate=30r/m;
    limit_req_status 429;
    server {{
        listen {address};
        root {folder}/www;
        add_header Retry-After 1 always;
        location /open/ {{
            if (-f {folder}/maintenance) {{ return 503; }}
            if (-f {folder}/hang-up) {{ return 444; }}
            alias {folder}/www/;
        }}
        location /limited/ {{
            limit_req zone=all;
            alias {folder}/www/;
        }}
    }}
}}
"#
    )
}

#[tokio::test]
async fn a_503_is_waited_out() {
    let Some(nginx) = Nginx::start() else { return };
    nginx.fail("maintenance");
    let shop = nginx.shop("open");
    let mend = async {
        let answered = nginx.answered_as(|answered| !answered.is_empty()).await;
        // More than one, if the machine stalls for so long.
        assert!(
            answered.iter().all(|status| status == "503"),
            "{answered:?}"
        );
        nginx.mend("maintenance");
    };
    let (price, ()) = tokio::join!(shop.price("teapot"), mend);
    assert_eq!(price.unwrap(), 250);
    let answered = nginx.answered_as(ends_in_200).await;
    assert_eq!(answered.last().unwrap(), "200");
    assert!((2..=4).contains(&answered.len()), "{answered:?}");
}

#[tokio::test]
async fn a_429_is_waited_out() {
    let Some(nginx) = Nginx::start() else { return };
    let shop = nginx.shop("limited");
    // The second call is one too many, unless the machine stalls between them.
    let mut calls = 0;
    let refused = |answered: &[String]| answered.iter().any(|status| status == "429");
    while !refused(&nginx.answered()) {
        assert!(calls < 20, "{:?}", nginx.answered());
        assert_eq!(shop.price("teapot").await.unwrap(), 250);
        calls += 1;
    }
    let answered = nginx.answered_as(ends_in_200).await;
    assert_eq!(answered.first().unwrap(), "200");
    assert_eq!(answered.last().unwrap(), "200");
}

#[tokio::test]
async fn a_connection_that_is_hung_up_is_tried_again() {
    let Some(nginx) = Nginx::start() else { return };
    nginx.fail("hang-up");
    let shop = nginx.shop("open");
    assert!(shop.price("teapot").await.is_err());
    assert_eq!(
        nginx.answered_as(|answered| answered.len() >= 4).await,
        ["444"; 4]
    );
    nginx.mend("hang-up");
    assert_eq!(shop.price("teapot").await.unwrap(), 250);
}

#[tokio::test]
async fn a_404_comes_back_at_once() {
    let Some(nginx) = Nginx::start() else { return };
    assert!(nginx.shop("open").price("kettle").await.is_err());
    assert_eq!(
        nginx.answered_as(|answered| !answered.is_empty()).await,
        ["404"]
    );
}
