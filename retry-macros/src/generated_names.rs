//! Items are not hygienic: a constant or a unit struct of the user's that is called as a
//! variable of the expansion would turn the pattern that binds it into a comparison. So
//! every name of the expansion begins as no name of a user's does.

use crate::entry;
use crate::syntax::runtime_path::Home;
use proc_macro2::{Ident, TokenStream};
use syn::visit::{self, Visit};
use syn::{ItemConst, ItemFn, ItemStatic, PatIdent, UseRename};

/// Options of which each brings names of its own, for any function.
const OPTIONS: &[&str] = &[
    "",
    "max = user_max(), backoff = user_delays()",
    "on = |user_error| user_is(user_error), on_ok = user_is_bad",
    "before_retry = |user_retry| { user_connect()?; Ok(()) }",
    "before_retry = |_| user_connect(), attempt = user_attempt, breaker = user_breaker",
    "fallback = |user_error, user_ended| { user_log()?; Ok(1) }, budget = user_budget()",
    "fallback = user_fallback, policy = &USER_POLICY, name = \"user\", nested = allow",
    "retry_for = user_limit(), budget = none, notify = |user_failure| user_log(user_failure), on = |user_error, user_at| user_is(user_error, user_at)",
    "until = user_is_done, unfinished = |user_last| user_error(user_last), max = 9, notify = user_log, before_retry = |user_retry, user_error| user_connect(user_error)",
    "on = known, backoff = exp(USER_FIRST, 2, Self::USER_CAP), fallback = |user_error, user_end| user_stands_in(user_end)",
    "on = always, backoff = fixed(USER_FIRST), sleep = |user_wait| self.user_sleep(user_wait)",
    "target = user_target(), name = USER_NAME, spans, strict",
    "key = user_key, deadline = user_limit(), rejected = user_rejected, breaker = user_breaker",
];

/// More of them, for functions whose attempts are futures.
const ASYNC_OPTIONS: &[&str] = &[
    "timeout = 1s, deadline = 10s, sleep = user_sleep, before_retry = |_| user_connect()",
    "timeout = 1s, elapsed = |user_elapsed| user_elapsed.into(), attempt = user_attempt",
    "hedge = 50ms, timeout = 1s, backoff = user_delays(), before_retry = |_| user_connect()",
    "hedge = user_hedge(), breaker = user_breaker, fallback = |user_error| user_stands_in()",
    "timeout = 1s, elapsed = |user_elapsed, user_last| user_error(user_last), before_retry = |_, user_error| user_connect(user_error), until = user_is_done, max = 9",
    "hedge = 50ms, timeout = 1s, elapsed = |user_elapsed, user_last| user_error(user_last), notify = |user_failure| user_log(user_failure)",
    "hedge = 50ms, before_retry = |_, user_error| user_connect(user_error), notify = user_log, sleep = |user_wait| user_sleep(user_wait)",
    "policy = &USER_POLICY, sleep = user_sleep, budget = user_budget(), fallback = user_fallback",
];

const ASYNC: &[&str] = &[
    "async fn user_get(&self, user_id: u32, mut user_count: u32, user_name: String) -> io::Result<u32> {
        user_call(user_id, user_key, &user_name, user_count).await }",
    "async fn user_get((mut user_left, user_right): (u32, u32), _: u32) -> io::Result<impl Debug> {
        user_call(user_key, user_left, user_right).await }",
    "fn user_get(mut user_id: u32) -> impl Future<Output = io::Result<u32>> {
        user_id += 1; let user_name = user_make(user_key); async move { user_call(user_id, user_name).await } }",
    "fn user_get(user_id: u32) -> Pin<Box<dyn Future<Output = io::Result<u32>>>> {
        if user_id > 0 { Box::pin(user_call(user_id, user_key)) } else { Box::pin(user_call(0)) } }",
];

const SYNC: &str =
    "fn user_get(&self, mut user_id: u32, [user_first, _]: [u32; 2]) -> io::Result<u32> {
    user_call(user_id, user_first, user_key) }";

const NON_IDEMPOTENT: &[&str] = &[
    "async fn user_order(&self, user_id: u32, (mut user_left, _): (u32, u32), _: u32) -> io::Result<u32> {
        user_call(user_id, user_left).await }",
    "async fn user_order(self, user_id: u32, mut user_count: u32) { user_call(user_id).await }",
    "fn user_order(user_id: u32) -> impl Future<Output = io::Result<u32>> {
        let user_name = user_make(user_id)?; async move { user_call(user_name).await } }",
];

const TRANSIENT: &str = "enum UserError {
    #[transient] UserPlain,
    #[transient(after = user_after)] UserBusy { user_after: Duration },
    #[transient(forward)] UserIo(io::Error) }";

struct Foreign(Vec<String>);

impl Foreign {
    fn check(&mut self, name: &Ident) {
        let name = name.to_string();
        let prefixes = ["__retry", "__RETRY", "user_"];
        if name != "_" && !prefixes.iter().any(|prefix| name.starts_with(prefix)) {
            self.0.push(name);
        }
    }
}

impl<'ast> Visit<'ast> for Foreign {
    fn visit_pat_ident(&mut self, node: &'ast PatIdent) {
        self.check(&node.ident);
        visit::visit_pat_ident(self, node);
    }

    fn visit_item_const(&mut self, node: &'ast ItemConst) {
        self.check(&node.ident);
    }

    fn visit_item_static(&mut self, node: &'ast ItemStatic) {
        self.check(&node.ident);
    }

    fn visit_item_fn(&mut self, node: &'ast ItemFn) {
        self.check(&node.sig.ident);
        visit::visit_item_fn(self, node);
    }

    fn visit_use_rename(&mut self, node: &'ast UseRename) {
        if node.rename != "_" {
            self.check(&node.rename);
        }
    }
}

#[track_caller]
fn assert_ours(expanded: &TokenStream) {
    let wrapped: TokenStream = format!("mod user_module {{ {expanded} }}")
        .parse()
        .expect("tokens");
    let file = syn::parse2::<syn::File>(wrapped)
        .or_else(|_| syn::parse_str(&format!("impl UserClient {{ {expanded} }}")))
        .unwrap_or_else(|error| panic!("{error}: {expanded}"));
    let mut foreign = Foreign(Vec::new());
    foreign.visit_file(&file);
    assert!(foreign.0.is_empty(), "{:?} in {expanded}", foreign.0);
    let has_errors = expanded.to_string().contains("compile_error");
    assert!(!has_errors, "{expanded}");
}

fn tokens(code: &str) -> TokenStream {
    code.parse().expect("tokens")
}

#[test]
fn every_name_of_a_retried_function_is_ours() {
    for options in OPTIONS.iter().chain(ASYNC_OPTIONS) {
        for function in ASYNC {
            assert_ours(&entry::retry(tokens(options), tokens(function)));
        }
    }
    for options in OPTIONS {
        assert_ours(&entry::retry(tokens(options), tokens(SYNC)));
    }
}

#[test]
fn every_name_of_the_marks_and_derives_is_ours() {
    for function in NON_IDEMPOTENT {
        assert_ours(&entry::non_idempotent(
            TokenStream::new(),
            tokens(function),
            Home::Runtime,
        ));
        assert_ours(&entry::idempotent(
            TokenStream::new(),
            tokens(function),
            Home::Runtime,
        ));
    }
    assert_ours(&crate::derive::transient::derive(tokens(TRANSIENT)));
}
