//! What `retry-lab outage` is asked for.

use super::super::error::CliError;
use super::super::options::Options;
use super::super::words::{count, duration, rate, span, thousands};
use super::scenario;
use crate::comparison::{Entry, alone, with_peers};
use crate::simulation::ours::{Allowance, Ours};
use crate::simulation::service::{Fault, ServicePlan, Shedding};
use crate::simulation::setup::{Calls, Processes, Setup};
use retry_runtime::{Budget, Policy};
use retry_words::DurationWords;
use std::sync::Arc;
use std::time::Duration;

/// All options of the command.
pub(super) const OPTIONS: [&str; 17] = [
    "policy",
    "budget",
    "retries-off",
    "processes",
    "calls",
    "capacity",
    "outage",
    "fault",
    "queue",
    "timeout",
    "length",
    "seed",
    "scenario",
    "fleet",
    "peers",
    "html",
    "svg",
];

/// Those that say what a scenario says by itself.
const SETUP: [&str; 8] = [
    "processes",
    "calls",
    "capacity",
    "outage",
    "fault",
    "queue",
    "timeout",
    "length",
];

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);
const BEFORE: Duration = Duration::from_secs(10);
const AFTER: Duration = Duration::from_secs(60);

/// More calls than this take minutes, and gigabytes.
const MOST_CALLS: f64 = 20e6;

/// A simulation, and whose policies are compared in it.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) setup: Setup,
    pub(super) entries: Vec<Entry>,
    /// What goes wrong, where a scenario has words for it.
    trouble: Option<String>,
}

impl Request {
    pub(super) fn read(options: &Options) -> Result<Self, CliError> {
        if let Some(plain) = options.plain.first() {
            return Err(CliError::input(format!(
                "`{plain}` stands without an option: write what it is, such as `--policy '{plain}'`"
            )));
        }
        let ours = ours(options)?;
        let seed = options.read_or("seed", 1, |text| count(text, 0..=u64::MAX))?;
        let (mut setup, trouble) = match options.get("scenario") {
            Some(name) => {
                if let Some(other) = options.first_of(&SETUP) {
                    return Err(CliError::input(format!(
                        "a scenario brings its own `--{other}`: leave out that or `--scenario`"
                    )));
                }
                let case = scenario::find(name, options.get("fleet").unwrap_or("200"))?;
                let trouble = scenario::title(&case);
                (case.setup, Some(trouble))
            }
            None => (given(options, &ours.policy)?, None),
        };
        setup.seed = seed;
        if let Some(timeout) = ours.policy.timeout() {
            setup.service.timeout = timeout;
        }
        let peers = options.read_or("peers", true, |text| match text {
            "yes" => Ok(true),
            "no" => Ok(false),
            _ => Err(format!("`{text}` is neither: write `yes` or `no`")),
        })?;
        Ok(Self {
            entries: if peers { with_peers(ours) } else { alone(ours) },
            setup,
            trouble,
        })
    }

    /// What is simulated, in a line.
    pub(super) fn title(&self) -> String {
        if let Some(trouble) = &self.trouble {
            return trouble.clone();
        }
        let setup = &self.setup;
        let plan = &setup.service;
        let what = match plan.fault {
            Fault::Errors => "fails",
            _ => "stalls",
        };
        let processes = setup.processes.count(setup.clients);
        let each = setup.demand() / processes as f64;
        let plural = if (each - 1.0).abs() < 1e-9 { "" } else { "s" };
        format!(
            "{} process{} with {} call{}/s{}, a service for {}/s that {what} for {}",
            thousands(processes as f64),
            if processes == 1 { "" } else { "es" },
            thousands(each),
            plural,
            if processes == 1 { "" } else { " each" },
            thousands(plan.capacity),
            DurationWords(plan.outage.end.saturating_sub(plan.outage.start)),
        )
    }
}

/// The policy, its budget, and when its retries are off.
fn ours(options: &Options) -> Result<Ours, CliError> {
    let policy = options.read_or("policy", Policy::DEFAULT, |text| {
        text.parse().map_err(|error| format!("{error}"))
    })?;
    let budget = options.read_or("budget", Some(Allowance::Standard), |text| {
        if text.trim() == "none" {
            return Ok(None);
        }
        let budget: Budget = text.parse().map_err(|error| format!("{error}"))?;
        Ok(Some(Allowance::Like(Arc::new(budget))))
    })?;
    let off = options.read_or("retries-off", None, |text| span(text).map(Some))?;
    Ok(Ours {
        policy,
        budget,
        off,
    })
}

/// The simulation that is described option by option.
fn given(options: &Options, policy: &Policy) -> Result<Setup, CliError> {
    if options.get("fleet").is_some() {
        return Err(CliError::input(
            "`--fleet` is a part of `--scenario`: write `--processes` and `--calls` in its place",
        ));
    }
    let processes = options.read_or("processes", 50, |text| count(text, 1..=1_000_000))?;
    let each = options.read_or("calls", 200.0, |text| rate(text, 0.001..=100_000.0))?;
    // A process of 2.5 calls/s is three clients with a call in 1.2 s.
    let in_process = each.ceil().max(1.0);
    let period = Duration::from_secs_f64(in_process / each);
    let demand = each * processes as f64;
    let capacity = options.read_or("capacity", 2.0 * demand, |text| rate(text, 0.001..=1e9))?;
    let outage = options.read_or("outage", Duration::from_secs(10), |text| {
        duration(text, Duration::from_millis(1)..=HOUR, "1ms to 1h")
    })?;
    let length = options.read_or("length", BEFORE + outage + AFTER, |text| {
        let least = BEFORE + outage + SECOND;
        let says = format!(
            "at least {}, so that the outage is over, and at most 2h",
            DurationWords(least)
        );
        duration(text, least..=2 * HOUR, &says)
    })?;
    let length = Duration::from_secs(length.as_secs_f64().ceil() as u64);
    let calls = demand * length.as_secs_f64();
    if calls > MOST_CALLS {
        return Err(CliError::input(format!(
            "that would be {} calls, and at most {} are simulated: write fewer `--processes`, \
             fewer `--calls` or a shorter `--length`; with a tenth of the processes and of the \
             `--capacity` the ratios are the same",
            thousands(calls.ceil()),
            thousands(MOST_CALLS),
        )));
    }
    Ok(Setup {
        clients: processes as usize * in_process as usize,
        processes: Processes::Of(in_process as usize),
        calls: Calls::Every(period),
        service: ServicePlan {
            capacity,
            nodes: 1,
            varied: false,
            queue: queue(options)?,
            shedding: Shedding::FREE,
            timeout: timeout(options, policy)?,
            noise: 0.001,
            fault: fault(options)?,
            outage: BEFORE..BEFORE + outage,
        },
        next_node: false,
        length,
        judged: AFTER.min(length.saturating_sub(BEFORE)),
        seed: 1,
    })
}

fn queue(options: &Options) -> Result<Option<Duration>, CliError> {
    options.read_or("queue", None, |text| {
        if text == "none" {
            return Ok(None);
        }
        duration(text, Duration::from_millis(1)..=HOUR, "1ms to 1h, or none").map(Some)
    })
}

fn timeout(options: &Options, policy: &Policy) -> Result<Duration, CliError> {
    let default = policy.timeout().unwrap_or(SECOND);
    let timeout = options.read_or("timeout", default, |text| {
        duration(text, Duration::from_millis(1)..=HOUR, "1ms to 1h")
    })?;
    if policy
        .timeout()
        .is_some_and(|of_policy| of_policy != timeout)
    {
        return Err(CliError::input(
            "the policy has a `timeout` and `--timeout` says another one: leave one of them out",
        ));
    }
    Ok(timeout)
}

fn fault(options: &Options) -> Result<Fault, CliError> {
    options.read_or("fault", Fault::Stall, |text| match text {
        "stall" => Ok(Fault::Stall),
        "errors" => Ok(Fault::Errors),
        _ => Err(format!("`{text}` is no fault: write `stall` or `errors`")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::ffi::OsString;

    fn read(arguments: &[&str]) -> Result<Request, CliError> {
        let arguments = arguments.iter().map(OsString::from).collect();
        Request::read(&Options::read("outage", &OPTIONS, arguments)?)
    }

    #[test]
    fn a_rate_that_is_no_whole_number_is_kept() {
        for (rate, wanted) in [("2.5/s", 2.5), ("30/m", 0.5), ("200/s", 200.0)] {
            let Request { setup, .. } = read(&["--processes", "10", "--calls", rate]).unwrap();
            assert!((setup.demand() - 10.0 * wanted).abs() < 1e-6, "{rate}");
            assert_eq!(setup.processes.count(setup.clients), 10, "{rate}");
        }
    }

    #[test]
    fn the_timeout_of_the_policy_is_that_of_the_clients() {
        let Request { setup, .. } = read(&["--policy", "timeout = 300ms"]).unwrap();
        assert_eq!(setup.service.timeout, Duration::from_millis(300));
        let fault = read(&["--policy", "timeout = 300ms", "--timeout", "1s"]).unwrap_err();
        assert!(fault.to_string().contains("leave one of them out"));
        let scenario = [
            "--scenario",
            "one-node-of-ten-hangs",
            "--policy",
            "timeout = 300ms",
        ];
        let Request { setup, .. } = read(&scenario).unwrap();
        assert_eq!(setup.service.timeout, Duration::from_millis(300));
    }

    #[test]
    fn a_scenario_is_its_own() {
        let request = read(&["--scenario", "half-of-the-nodes-hang", "--fleet", "10"]).unwrap();
        assert_eq!(request.setup.service.nodes, 10);
        assert_eq!(
            request.title(),
            "Half of the nodes hang, processes with 10 calls/s"
        );
    }

    /// Values that some option takes, and such as none does.
    const VALUES: [&str; 26] = [
        "",
        "0",
        "1",
        "7",
        "-1",
        "18446744073709551616",
        "1/s",
        "0.5/s",
        "100000/s",
        "1e9/s",
        "/",
        "1ms",
        "10s",
        "2h",
        "99999999h",
        "none",
        "stall",
        "errors",
        "list",
        "mixed",
        "40s..",
        "60s..40s",
        "5%, reserve 3",
        "max = 2, deadline = 1s",
        "10 %",
        "ä\u{0}",
    ];

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn whatever_is_written_is_read_or_refused(
            options in prop::collection::vec(
                (prop::sample::select(&OPTIONS[..]), prop::sample::select(&VALUES[..])),
                0..5,
            ),
        ) {
            let arguments: Vec<String> = options
                .iter()
                .map(|(name, value)| format!("--{name}={value}"))
                .collect();
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            match read(&arguments) {
                Ok(request) => {
                    prop_assert!(request.setup.clients > 0);
                    prop_assert!(!request.title().is_empty());
                }
                Err(fault) => {
                    prop_assert_eq!(fault.status(), 2);
                    prop_assert!(fault.to_string().contains(": "), "{}", fault);
                }
            }
        }

        #[test]
        fn any_text_is_read_or_refused(arguments in prop::collection::vec(".{0,20}", 0..4)) {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            // What it says is no matter, so long as it says something.
            let _ = read(&arguments).map_err(|fault| fault.to_string());
        }
    }
}
