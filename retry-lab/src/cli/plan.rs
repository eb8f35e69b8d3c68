//! `retry-lab plan`.

use super::error::CliError;
use super::options::Options;
use super::words::share;
use super::{print, write_file};
use crate::plan::Plan;
use retry_runtime::Policy;
use std::ffi::OsString;
use std::io::Write;

const HELP: &str = "\
retry-lab plan 'POLICY': the waits of a policy, and how long a call can take

  the policy in the words of #[retry(..)], such as 'max = 5, backoff = fib(50ms, 2s)'

  --failure-rate SHARE   of the attempts, such as 20%: what that means for the calls
  --html FILE            writes a page with a drawing
";

pub(super) fn command(arguments: Vec<OsString>, out: &mut dyn Write) -> Result<(), CliError> {
    let options = Options::read("plan", &["failure-rate", "html"], arguments)?;
    if options.help {
        return print(out, HELP);
    }
    let [policy] = options.plain.as_slice() else {
        return Err(CliError::input(
            "a plan is of one policy: write it in quotes, such as \
             `retry-lab plan 'max = 5, backoff = fib(50ms, 2s)'`",
        ));
    };
    let policy: Policy = policy
        .parse()
        .map_err(|error| CliError::input(format!("the policy: {error}")))?;
    let failure_rate = options.read_or("failure-rate", None, |text| share(text).map(Some))?;
    let plan = Plan::of(policy);
    print(out, &plan.text(failure_rate))?;
    if let Some(path) = options.get("html") {
        let page = plan.page(failure_rate, &options.command_line("plan"));
        write_file(path, &page, out)?;
    }
    Ok(())
}
