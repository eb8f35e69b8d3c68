//! One fault after the other, while the client calls.

use crate::namespaces::World;
use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// What goes wrong in a round, for the whole of it or for its first half.
#[derive(Clone, Copy, Debug)]
enum Fault {
    None,
    Packets(&'static str),
    Cut,
    Stopped,
    /// The client goes another way, by itself.
    Way,
}

/// The rounds by their names, which the client reports under.
const ROUNDS: [(&str, Fault); 11] = [
    ("calm", Fault::None),
    (
        "loss",
        Fault::Packets("meta l4proto tcp numgen random mod 100 < 12 drop"),
    ),
    ("dropped", Fault::Packets("meta l4proto tcp drop")),
    (
        "reset",
        Fault::Packets("meta l4proto tcp reject with tcp reset"),
    ),
    (
        "unreachable",
        Fault::Packets("meta l4proto tcp reject with icmp type host-unreachable"),
    ),
    ("cut", Fault::Cut),
    ("stopped", Fault::Stopped),
    ("delayed", Fault::Way),
    ("half-open", Fault::Way),
    ("nodes", Fault::Way),
    ("names", Fault::Way),
];

/// Runs all rounds in that time.
pub(crate) fn run(time: Duration) -> Result<(), String> {
    let world = World::new()?;
    let mut server = Killed(spawn(&world.server, "server")?);
    // It is served when the first call comes.
    sleep(Duration::from_millis(500));
    let mut client = Killed(spawn(&world.client, "client")?);
    let half = time / (2 * u32::try_from(ROUNDS.len()).unwrap_or(u32::MAX));
    for (name, fault) in ROUNDS {
        client.say(name)?;
        fault.begin(&world, &server.0)?;
        sleep(half);
        // All but the loss and the client's own ways are over by then: calls that began in
        // the fault can end well.
        if !name.starts_with("loss") {
            fault.end(&world, &server.0)?;
        }
        sleep(half);
        fault.end(&world, &server.0)?;
    }
    client.say("end")?;
    let status = client.0.wait().map_err(|error| error.to_string())?;
    server.say("end")?;
    status
        .success()
        .then_some(())
        .ok_or_else(|| "a promise is broken".to_owned())
}

impl Fault {
    fn begin(self, world: &World, server: &Child) -> Result<(), String> {
        match self {
            Self::None | Self::Way => Ok(()),
            Self::Packets(rule) => world.firewall(rule),
            Self::Cut => world.link("down"),
            Self::Stopped => signal(server, "-STOP"),
        }
    }

    fn end(self, world: &World, server: &Child) -> Result<(), String> {
        match self {
            Self::None | Self::Way => Ok(()),
            Self::Packets(_) => world.firewall(""),
            Self::Cut => world.link("up"),
            Self::Stopped => signal(server, "-CONT"),
        }
    }
}

fn spawn(namespace: &str, role: &str) -> Result<Child, String> {
    let mut command = World::inside(namespace, role)?;
    command.stdin(Stdio::piped());
    command.spawn().map_err(|error| format!("{role}: {error}"))
}

/// `ip netns exec` becomes the program itself, so it is the same process.
fn signal(server: &Child, name: &str) -> Result<(), String> {
    let status = Command::new("kill")
        .args([name, &server.id().to_string()])
        .status();
    let status = status.map_err(|error| format!("kill: {error}"))?;
    status
        .success()
        .then_some(())
        .ok_or_else(|| format!("kill {name} failed"))
}

/// A process that ends with the program.
struct Killed(Child);

impl Killed {
    fn say(&mut self, word: &str) -> Result<(), String> {
        let input = self.0.stdin.as_mut().ok_or("it listens no more")?;
        writeln!(input, "{word}").map_err(|error| format!("it ended too early: {error}"))
    }
}

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
