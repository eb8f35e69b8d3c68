//! `retry-lab outage`.

mod request;
mod scenario;

use self::request::Request;
use super::error::CliError;
use super::options::Options;
use super::{Asked, print, write_file};
use crate::chart::Theme;
use crate::comparison::Comparison;
use std::ffi::OsString;
use std::io::Write;
use std::time::{Duration, Instant};

const HELP: &str = "\
retry-lab outage: what retries do to a service that is down

  --policy 'WORDS'       as in #[retry(..)]: 'max = 3, backoff = exp(100ms, 1.5, 1s)'
  --budget 'WORDS'       '15%, reserve 10', further ', per_second 0, window 10s'; or 'none'
  --retries-off FROM..TO calls that begin then make one attempt, as by `enabled = false` in
                         the central rules; such as 40s..60s, or 40s..

  --processes N          processes, each of which has a budget of its own (50)
  --calls RATE           calls of each process, such as 200/s, 30/m (200/s)
  --capacity RATE        what the service can do (twice what is called)
  --outage DURATION      how long it is down, from second 10 on (10s)
  --fault KIND           stall: it serves nothing and its queue grows; errors: every
                         request fails at once (stall)
  --queue DURATION       a request that would wait longer is refused; 'none' is no bound (none)
  --timeout DURATION     how long clients wait where the policy has no `timeout` (1s)
  --length DURATION      of the simulation (10 s, the outage, and a minute)
  --seed N               what the random numbers follow from (1)

  --scenario NAME        one of those by which the default budget is chosen, in place of
                         --processes to --length; 'list' lists them
  --fleet SIZE           of a scenario: processes of 1, 10 or 200 calls/s, or mixed (200)

  --peers yes|no         beside what other libraries do by default (yes)
  --html FILE            writes a page with the plots
  --svg FILE             writes the plots as one picture
";

pub(super) fn command(
    arguments: Vec<OsString>,
    out: &mut dyn Write,
    err: &mut dyn Write,
    terminal: bool,
) -> Result<(), CliError> {
    let options = Options::read("outage", &request::OPTIONS, arguments)?;
    if options.help {
        return print(out, HELP);
    }
    if options.get("scenario") == Some("list") {
        return print(out, &scenario::list());
    }
    let asked = asked(&options)?;
    let mut progress = Progress::new(err, terminal);
    let comparison = Comparison::run(asked.setup, asked.title, asked.entries, |done, of| {
        progress.tell(done, of);
    });
    progress.end();
    print(out, &comparison.text())?;
    if let Some(path) = options.get("html") {
        write_file(path, &comparison.page(&asked.command), out)?;
    }
    if let Some(path) = options.get("svg") {
        write_file(path, &comparison.picture(Theme::Paper), out)?;
    }
    Ok(())
}

/// What would be simulated.
pub(super) fn read(arguments: Vec<OsString>) -> Result<Asked, CliError> {
    asked(&Options::read("outage", &request::OPTIONS, arguments)?)
}

fn asked(options: &Options) -> Result<Asked, CliError> {
    let request = Request::read(options)?;
    Ok(Asked {
        title: request.title(),
        command: options.command_line("outage"),
        setup: request.setup,
        entries: request.entries,
    })
}

/// A line that says how far it is, once it takes a second, for somebody who waits.
struct Progress<'a> {
    err: &'a mut dyn Write,
    terminal: bool,
    begun: Instant,
    told: bool,
}

impl<'a> Progress<'a> {
    fn new(err: &'a mut dyn Write, terminal: bool) -> Self {
        Self {
            err,
            terminal,
            begun: Instant::now(),
            told: false,
        }
    }

    fn tell(&mut self, done: usize, of: usize) {
        if self.terminal && self.begun.elapsed() > Duration::from_secs(1) {
            // A terminal that cannot be written to does not stop the simulation.
            let _ = write!(self.err, "\r{done} of {of} policies");
            let _ = self.err.flush();
            self.told = true;
        }
    }

    fn end(&mut self) {
        if self.told {
            let _ = write!(self.err, "\r\x1b[K");
            let _ = self.err.flush();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_at_a_terminal_is_told_how_far_it_is() {
        let told = |terminal, since| {
            let mut err = Vec::new();
            let mut progress = Progress::new(&mut err, terminal);
            progress.begun = Instant::now().checked_sub(since).unwrap();
            progress.tell(3, 9);
            progress.end();
            String::from_utf8(err).unwrap()
        };
        let (short, long) = (Duration::ZERO, Duration::from_secs(2));
        assert_eq!(told(true, long), "\r3 of 9 policies\r\x1b[K");
        assert_eq!(told(true, short), "");
        assert_eq!(told(false, long), "");
    }
}
