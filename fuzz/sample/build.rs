//! Writes the functions. `RETRY_SAMPLE_SEED` chooses others, `RETRY_SAMPLE_COUNT` more of
//! them; unless told there are 60, the same in every build.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

/// A generator of Lehmer's: the same numbers everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap_or(0) % end
    }

    /// Most options are left out more often than not.
    fn one(&mut self, of: &[&'static str]) -> &'static str {
        if self.below(2) == 0 {
            ""
        } else {
            of[self.below(of.len())]
        }
    }
}

/// What the two kinds of function share.
const OPTIONS: &[&[&str]] = &[
    &[
        "max = 3",
        "max = retries()",
        "max = 7u8.into_number()",
        "retry_for = 30s",
    ],
    &[
        "backoff = none",
        "backoff = fixed(1ms)",
        "backoff = exp(1ms, 1.5, 10ms), jitter = full",
        "backoff = \"fib(1ms, 9ms)\", jitter = none",
        "backoff = decorrelated(1ms, 9ms)",
        "backoff = linear(1ms, 1ms, STEP), jitter = 0.2",
        "backoff = delays()",
    ],
    &[
        "on = is_worth_it",
        "on = |fault| is_worth_it(fault)",
        "on = |fault, at| at.number() < 99 && is_worth_it(fault)",
        "on = always",
    ],
    &["on_ok = is_bad", "on_ok = |number| is_bad(number)"],
    &[
        "breaker = &GATE",
        "breaker = gate(), rejected = |_| Fault::Open",
    ],
    &["nested = allow"],
    &[
        "notify = |failure| told(failure.attempt())",
        "notify = |failure| { let _ = failure.error(); }",
    ],
    &["name = \"sample\"", "name = named()"],
    &[
        "fallback = |fault| Err(fault)",
        "fallback = |fault, end| { told(end.attempts); Err(fault) }",
    ],
];

/// Of those that wait.
const ASYNC: &[&[&str]] = &[
    &[
        "timeout = 1s",
        "deadline = 1m",
        "timeout = LIMIT, deadline = 2m",
        "timeout = 1s, elapsed = |elapsed| Fault::from(elapsed)",
        "deadline = 1m, elapsed = |elapsed, last| last.unwrap_or_else(|| Fault::from(elapsed))",
    ],
    &["hedge = 50ms", "hedge(50ms, 3)", "hedge = hedges()"],
    &[
        "before_retry = |_| tokio::time::sleep(STEP)",
        "before_retry = |at| told(at.number())",
        "before_retry = |_, fault| { let _ = fault.is_some(); Ok(()) }",
    ],
    &[
        "sleep = tokio::time::sleep",
        "sleep = |wait| tokio::time::sleep(wait)",
    ],
];

const SYNC: &[&[&str]] = &[
    &[
        "before_retry = |at| told(at.number())",
        "before_retry = |_, fault| told(u32::from(fault.is_some()))",
    ],
    &["sleep = skip", "sleep = |_| ()"],
];

/// Each is called with a service, and asks it once.
const SHAPES: &[(bool, &str, &str)] = &[
    (
        true,
        "async fn NAME(service: &Service) -> Result<u32, Fault>",
        "{ service.ask().await }",
    ),
    (
        true,
        "async fn NAME<'s>(service: &'s Service) -> Result<u32, Fault>",
        "{ let number = service.ask().await?; Ok(number) }",
    ),
    (
        true,
        "fn NAME(service: &Service) -> impl Future<Output = Result<u32, Fault>>",
        "{ async move { service.ask().await } }",
    ),
    (
        true,
        "fn NAME<'s>(service: &'s Service) -> Pin<Box<dyn Future<Output = Result<u32, Fault>> + 's>>",
        "{ Box::pin(async move { service.ask().await }) }",
    ),
    (
        true,
        "async fn NAME(service: &Service) -> Result<u32, Fault>",
        "{ if service.ask().await? == 0 { return Err(Fault::Down); } Ok(7) }",
    ),
    (
        true,
        "async fn NAME<T: AsRef<Service>>(service: T) -> Result<u32, Fault>",
        "{ service.as_ref().ask().await }",
    ),
    (
        false,
        "fn NAME(service: &Service) -> Result<u32, Fault>",
        "{ service.ask_sync() }",
    ),
    (
        false,
        "fn NAME<T: AsRef<Service>>(service: T) -> Result<u32, Fault>",
        "{ Ok(service.as_ref().ask_sync()?) }",
    ),
];

fn main() {
    let number = |name: &str, default| {
        env::var(name).map_or(default, |text| text.parse().unwrap_or(default))
    };
    let mut dice = Dice(number("RETRY_SAMPLE_SEED", 1));
    let count = number("RETRY_SAMPLE_COUNT", 60);
    let (mut functions, mut calls) = (String::new(), String::new());
    for index in 0..count {
        let name = format!("f{index}");
        let (is_async, head, body) = SHAPES[dice.below(SHAPES.len())];
        let options = options(&mut dice, is_async);
        let head = head.replace("NAME", &name);
        let _ = writeln!(functions, "#[retry({options})]\npub {head} {body}\n");
        let awaited = if is_async { ".await" } else { "" };
        let _ = writeln!(
            calls,
            "    check(\"{name}\", {options:?}, async |service: &Service| {name}(service){awaited}).await;"
        );
    }
    let text = format!(
        "{functions}\n/// Calls each of them.\n#[cfg(test)]\nasync fn call_all() {{\n{calls}}}\n"
    );
    let folder = env::var("OUT_DIR").unwrap_or_default();
    fs::write(Path::new(&folder).join("sample.rs"), text).expect("the folder is cargo's own");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=RETRY_SAMPLE_SEED");
    println!("cargo::rerun-if-env-changed=RETRY_SAMPLE_COUNT");
}

fn options(dice: &mut Dice, is_async: bool) -> String {
    let own = if is_async { ASYNC } else { SYNC };
    let mut chosen: Vec<&str> = Vec::new();
    for options in OPTIONS.iter().chain(own) {
        chosen.push(dice.one(options));
    }
    // Who lasts says who pays.
    let budgets = [
        "budget = none",
        "budget = 10%",
        "budget = &BUDGET",
        "budget = purse()",
    ];
    let lasts = chosen.iter().any(|option| option.starts_with("retry_for"));
    chosen.push(if lasts {
        budgets[dice.below(4)]
    } else {
        dice.one(&budgets)
    });
    chosen.retain(|option| !option.is_empty());
    // Delays one by one ask how many retries there are at most.
    let has = |part: &str| chosen.iter().any(|option| option.contains(part));
    if has("delays()") && !has("max = ") && !has("retry_for") {
        chosen.push("max = 3");
    }
    // A hedged call has one place for an error.
    let has = |part: &str| chosen.iter().any(|option| option.contains(part));
    if has("hedge") && has("|_, fault|") {
        chosen.retain(|option| !option.contains("|elapsed, last|"));
    }
    // In any order.
    for place in (1..chosen.len()).rev() {
        chosen.swap(place, dice.below(place + 1));
    }
    chosen.join(", ")
}
