//! Two network namespaces, and the link between them.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// The addresses of the two ends. The network is seen in the two namespaces alone.
pub(crate) const CLIENT: &str = "10.213.7.1";
pub(crate) const SERVER: &str = "10.213.7.2";

/// Whether they can be made here.
pub(crate) fn are_possible() -> Result<(), String> {
    for tool in ["ip", "nft"] {
        run(Command::new(tool).arg("-V"))
            .map_err(|_| format!("skipped: `{tool}` is not installed (iproute2, nftables)"))?;
    }
    let world = World::new()?;
    world
        .firewall("tcp dport 9 drop")
        .map_err(|error| format!("skipped: {error}"))
}

/// Both namespaces. Dropping it removes them.
pub(crate) struct World {
    pub(crate) client: String,
    pub(crate) server: String,
}

impl World {
    pub(crate) fn new() -> Result<Self, String> {
        let id = std::process::id();
        let world = Self {
            client: format!("retry-client-{id}"),
            server: format!("retry-server-{id}"),
        };
        world
            .set_up()
            .map_err(|error| format!("skipped: no network namespaces here: {error}"))?;
        Ok(world)
    }

    fn set_up(&self) -> Result<(), String> {
        let (client, server) = (&self.client[..], &self.server[..]);
        ip(&["netns", "add", client])?;
        ip(&["netns", "add", server])?;
        // Made inside, so that no name of it is seen outside.
        ip(&[
            "-n", client, "link", "add", "veth0", "type", "veth", "peer", "name", "veth0", "netns",
            server,
        ])?;
        for (name, address) in [(client, CLIENT), (server, SERVER)] {
            ip(&[
                "-n",
                name,
                "addr",
                "add",
                &format!("{address}/24"),
                "dev",
                "veth0",
            ])?;
            ip(&["-n", name, "link", "set", "lo", "up"])?;
            ip(&["-n", name, "link", "set", "veth0", "up"])?;
        }
        // Names are asked of the server, once and for a second.
        let folder = format!("/etc/netns/{client}");
        let resolver = format!("nameserver {SERVER}\noptions timeout:1 attempts:1\n");
        fs::create_dir_all(&folder)
            .and_then(|()| fs::write(format!("{folder}/resolv.conf"), resolver))
            .map_err(|error| format!("{folder}: {error}"))
    }

    /// The program itself, in a namespace.
    pub(crate) fn inside(name: &str, role: &str) -> Result<Command, String> {
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut command = Command::new("ip");
        command.args(["netns", "exec", name]).arg(program).arg(role);
        Ok(command)
    }

    /// What the server's end does with the packets that come and go; nothing by `""`.
    pub(crate) fn firewall(&self, rule: &str) -> Result<(), String> {
        let rules = format!(
            "flush ruleset\ntable ip faults {{\n\
             chain comes {{ type filter hook input priority 0; {rule}\n }}\n\
             chain goes {{ type filter hook output priority 0; {}\n }}\n}}\n",
            // A reject is an answer to what comes.
            if rule.contains("reject") { "" } else { rule }
        );
        let mut nft = Command::new("ip")
            .args(["netns", "exec", &self.server, "nft", "-f", "-"])
            .stdin(Stdio::piped())
            .spawn()
            .map_err(|error| format!("nft: {error}"))?;
        if let Some(mut input) = nft.stdin.take() {
            input
                .write_all(rules.as_bytes())
                .map_err(|error| error.to_string())?;
        }
        let status = nft.wait().map_err(|error| error.to_string())?;
        status
            .success()
            .then_some(())
            .ok_or_else(|| format!("nft refuses `{rule}`"))
    }

    /// Cuts the link, or mends it.
    pub(crate) fn link(&self, to: &str) -> Result<(), String> {
        ip(&["-n", &self.client, "link", "set", "veth0", to])
    }
}

impl Drop for World {
    fn drop(&mut self) {
        for name in [&self.client, &self.server] {
            let _ = ip(&["netns", "del", name]);
        }
        let _ = fs::remove_dir_all(format!("/etc/netns/{}", self.client));
    }
}

fn ip(arguments: &[&str]) -> Result<(), String> {
    run(Command::new("ip").args(arguments))
}

fn run(command: &mut Command) -> Result<(), String> {
    let told = format!("{command:?}");
    let output = command
        .output()
        .map_err(|error| format!("{told}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!(
        "{told}: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    ))
}
