//! Every rule of a retry, once: the loop of the attribute, the race of hedged
//! attempts and the closures of `Policy::run` are drivers that ask it.

pub(crate) mod call;
pub(crate) mod chain_stop;
pub(crate) mod decision;
pub(crate) mod delays;
pub(crate) mod failed_attempt;
pub(crate) mod into_verdict;
pub(crate) mod kept_errors;
pub(crate) mod outcome;
pub(crate) mod retry_token;
pub(crate) mod ruling;
pub(crate) mod site;
pub(crate) mod terms;
pub(crate) mod world;
