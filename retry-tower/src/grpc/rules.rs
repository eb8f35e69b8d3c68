//! Which methods are retried, how, and who has said that they may run twice.

use super::methods::{Idempotency, Method};
use super::names::{interned, parts};
use crate::engine::{self, Judgement};
use crate::hedging::Hedging;
use retry_runtime::service_config::{MethodConfig, ServiceConfig};
use retry_runtime::{Budget, Policy, Transient, Verdict, grpc};
use std::collections::HashMap;
use std::sync::Arc;
use tonic::Status;

/// How a method is retried.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    pub(super) policy: Policy,
    judge: Judge,
}

/// Which statuses are worth another attempt.
#[derive(Clone, Copy, Debug)]
enum Judge {
    /// Those that the service config lists.
    Config(MethodConfig),
    /// Those that the verdict of the status itself says.
    Itself,
}

impl Rule {
    /// For a method without a rule: a request that the transport handed back unread is sent
    /// once more, and nothing else is retried.
    const NONE: Self = Self {
        policy: Policy::DEFAULT.with_max(0),
        judge: Judge::Itself,
    };

    const fn of(config: MethodConfig) -> Self {
        Self {
            policy: *config.policy(),
            judge: Judge::Config(config),
        }
    }

    pub(super) fn verdict(&self, status: &Status) -> Verdict {
        match &self.judge {
            Judge::Config(config) => config.on()(status),
            Judge::Itself => status.verdict(),
        }
    }

    fn hedging(&self) -> Option<Hedging> {
        let Judge::Config(config) = &self.judge else {
            return None;
        };
        let delay = config.hedge()?;
        Some(Hedging::after(delay).at_most(engine::max(&self.policy)))
    }
}

/// Who has said that a method may run twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// The service config names it.
    Operator,
    /// Its proto has an `idempotency_level`.
    Proto,
    /// Wildcards are trusted.
    Wildcard,
    /// The request has the extension.
    Caller,
    /// Nobody's: only what was not executed is sent again.
    Nobody,
}

/// How one call is retried.
#[derive(Clone, Debug)]
pub(super) struct MethodTerms {
    pub(super) name: &'static str,
    pub(super) rule: Rule,
    pub(super) word: Word,
    pub(super) hedging: Option<Hedging>,
}

/// The rules that a layer has now.
#[derive(Debug)]
pub(super) struct Rules {
    /// How often the layer's rules were replaced before these.
    pub(super) generation: u64,
    /// By `service/method`.
    exact: HashMap<Box<str>, Rule>,
    /// By service.
    services: HashMap<Box<str>, Rule>,
    default: Option<Rule>,
    /// By `service/method`.
    table: Arc<Table>,
    config: ServiceConfig,
}

/// What the protos say, and whether it matters.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    methods: HashMap<&'static str, Idempotency>,
    trusts_wildcards: bool,
}

impl Table {
    pub(super) fn add(&mut self, methods: &[Method]) {
        for method in methods {
            let known = self.methods.entry(method.name());
            let known = known.or_insert(method.idempotency());
            // Of two declarations of a method the weaker one holds.
            if !method.idempotency().is_declared() {
                *known = Idempotency::Undeclared;
            }
        }
    }

    pub(super) const fn trust_wildcards(&mut self) {
        self.trusts_wildcards = true;
    }

    fn word(&self, method: &str) -> Word {
        if self
            .methods
            .get(method)
            .is_some_and(|level| level.is_declared())
        {
            Word::Proto
        } else if self.trusts_wildcards {
            Word::Wildcard
        } else {
            Word::Nobody
        }
    }
}

impl Rules {
    pub(super) fn of(config: ServiceConfig, table: Arc<Table>, generation: u64) -> Self {
        let mut rules = Self {
            generation,
            exact: HashMap::new(),
            services: HashMap::new(),
            default: None,
            table,
            config: ServiceConfig::default(),
        };
        for (name, config) in engine::methods(&config) {
            let rule = Rule::of(*config);
            match name.split_once('/') {
                Some(("", "")) | None => rules.default = Some(rule),
                Some((service, "")) => drop(rules.services.insert(service.into(), rule)),
                Some(_) => drop(rules.exact.insert(name.into(), rule)),
            }
        }
        rules.config = config;
        rules
    }

    /// One policy for all methods that are declared.
    pub(super) fn under(policy: Policy, table: Arc<Table>) -> Self {
        let mut rules = Self::of(ServiceConfig::default(), table, 0);
        rules.default = Some(Rule {
            policy,
            judge: Judge::Itself,
        });
        rules
    }

    /// The same beside another table.
    pub(super) fn beside(&self, table: Arc<Table>) -> Self {
        Self {
            generation: self.generation,
            exact: self.exact.clone(),
            services: self.services.clone(),
            default: self.default,
            config: self.config.clone(),
            table,
        }
    }

    pub(super) const fn table(&self) -> &Arc<Table> {
        &self.table
    }

    /// A new budget, as `retryThrottling` has it.
    pub(super) fn budget(&self) -> Budget {
        self.config.budget().unwrap_or_default()
    }

    /// How a call of this method, `service/method`, is retried.
    pub(super) fn terms(&self, method: &str) -> MethodTerms {
        let name = self
            .table
            .methods
            .get_key_value(method)
            .map(|(name, _)| *name);
        let (rule, word) = if let Some(rule) = self.exact.get(method) {
            (*rule, Word::Operator)
        } else {
            let service = parts(method).map_or("", |(service, _)| service);
            let rule = self.services.get(service).or(self.default.as_ref());
            (rule.copied().unwrap_or(Rule::NONE), self.table.word(method))
        };
        MethodTerms {
            name: name.unwrap_or_else(|| interned(method)),
            hedging: rule.hedging().filter(|_| word != Word::Nobody),
            rule,
            word,
        }
    }

    /// Which rule covers each of the methods that are known, by name.
    #[cfg(feature = "tracing")]
    pub(super) fn coverage(&self) -> Vec<(String, &'static str)> {
        let mut known: Vec<&str> = self.exact.keys().map(|name| &**name).collect();
        known.extend(self.table.methods.keys());
        known.sort_unstable();
        known.dedup();
        known
            .into_iter()
            .map(|method| (method.to_owned(), self.covered_by(method)))
            .collect()
    }

    #[cfg(feature = "tracing")]
    fn covered_by(&self, method: &str) -> &'static str {
        let terms = self.terms(method);
        if engine::max(&terms.rule.policy) == 0 {
            return "no policy: not retried";
        }
        match terms.word {
            Word::Operator => "its name in the service config",
            Word::Proto => "a wildcard, and the idempotency_level of its proto",
            Word::Wildcard => "a wildcard, which is trusted",
            Word::Caller | Word::Nobody => {
                "a wildcard alone: only what was not executed is sent again"
            }
        }
    }
}

impl MethodTerms {
    /// The verdict on a failure: where nobody has said that the method may run twice, only
    /// what was not executed is retried.
    pub(super) fn judge(&self, status: &Status) -> Judgement {
        let mut verdict = self.rule.verdict(status);
        let key = "grpc-retry-pushback-ms";
        if status.metadata().get_all(key).iter().nth(1).is_some() {
            // Two push-backs contradict one another: there is no retry (as in grpc-go).
            verdict = verdict.with_no_retry();
        }
        let judgement = Judgement::of(verdict);
        match self.word {
            Word::Nobody => judgement.unsent_only(),
            _ => judgement,
        }
    }

    /// The caller has declared this request.
    pub(super) fn declared(&mut self) {
        if self.word == Word::Nobody {
            self.word = Word::Caller;
            self.hedging = self.rule.hedging();
        }
    }

    /// The caller has taken this request out.
    pub(super) fn taken_out(&mut self) {
        self.rule.policy = self.rule.policy.with_max(0);
        self.hedging = None;
    }
}

/// Whether the status has this code, or is of a failure of the transport that gRPC's other
/// clients would report by it.
pub(super) fn counts_as(status: &Status, code: tonic::Code) -> bool {
    let bare = grpc::retry_on_codes(std::slice::from_ref(&code))(status);
    status.code() == code || bare.is_retryable()
}
