//! The rules of the example, and what the list says of its functions. The rules are those
//! of the process, so that one test follows the other in one function.

use example_central_policies::{UserClient, debug_routes};
use retry_runtime::central::{self, Rules};
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

async fn serve() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, debug_routes()).await });
    address
}

/// The body of an answer.
async fn get(address: SocketAddr, path: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    Ok(body.to_owned())
}

async fn attempts(users: &UserClient) -> (u32, u32) {
    users.get(7).await.unwrap_err();
    let get = users.attempts();
    users.list().await.unwrap_err();
    (get, users.attempts())
}

fn install(rules: &str) {
    central::install(rules.parse().unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_hold_and_are_shown() {
    let users = UserClient::default();
    assert_eq!(attempts(&users).await, (4, 4), "the code's own");
    install(include_str!("../rules.toml"));
    assert_eq!(attempts(&users).await, (3, 2));
    install("['users.get']\nenabled = false\n['users.list']\nhedge = '1s'\n");
    assert_eq!(attempts(&users).await, (1, 4));

    let address = serve().await;
    let json = get(address, "/debug/retries").await.unwrap();
    let sites: serde_json::Value = serde_json::from_str(&json).unwrap();
    let named = |name| {
        let sites = sites.as_array().unwrap();
        sites.iter().find(|site| site["name"] == name).unwrap()
    };
    assert_eq!(named("users.get")["enabled"], false);
    assert_eq!(named("users.get")["retries"], 5);
    assert_eq!(named("users.get")["endings"]["exhausted"], 3);
    assert_eq!(named("users.list")["not_possible"][0]["key"], "hedge");
    assert_eq!(named("users.list")["policy"]["timeout"], "1s");

    let page = get(address, "/debug/retries/page").await.unwrap();
    assert!(page.contains("<tr class=\"off\"><td>users.get"), "{page}");
    assert!(page.contains("not possible: hedge = 1s"), "{page}");
    seen_in_a_browser(address).await;
    central::install(Rules::default());
}

/// The first of these programs that is there.
fn browser() -> Option<&'static str> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    names.into_iter().find(|name| {
        let version = Command::new(name).arg("--version").output();
        version.is_ok_and(|version| version.status.success())
    })
}

/// A browser makes a table of it. Where none is installed, nothing is looked at.
async fn seen_in_a_browser(address: SocketAddr) {
    let Some(browser) = browser() else {
        println!("skipped: there is no Chromium");
        return;
    };
    let profile = Path::new(env!("CARGO_TARGET_TMPDIR")).join("chromium");
    let profile = format!("--user-data-dir={}", profile.display());
    let url = format!("http://{address}/debug/retries/page");
    let output = tokio::process::Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", &profile])
        .args(["--virtual-time-budget=2000", "--dump-dom", &url])
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(Duration::from_secs(60), output).await;
    let output = output.expect("the browser answers").unwrap();
    let dom = String::from_utf8_lossy(&output.stdout);
    assert!(dom.contains("<tbody>"), "{dom}");
    assert_eq!(
        dom.matches("</tr>").count(),
        3,
        "the head and two functions: {dom}"
    );
}
