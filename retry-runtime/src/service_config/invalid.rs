//! What is wrong with a service config, and how to mend it.

use std::error::Error;
use std::fmt;

use retry_words::InvalidPolicy;

/// A service config that cannot be used: which field, and what to write instead.
///
/// ```
/// use retry_runtime::service_config::ServiceConfig;
///
/// let error = r#"{ "retryThrottling": { "maxTokens": 0, "tokenRatio": 0.1 } }"#
///     .parse::<ServiceConfig>()
///     .unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "retryThrottling.maxTokens: 0 is out of range: write 1 to 1000"
/// );
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct InvalidServiceConfig {
    field: String,
    fault: Fault,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Fault {
    Json(String),
    /// A name stands twice in an object.
    Twice(String),
    /// Two names that mean the same.
    TwoSpellings(String, String),
    /// The name that was meant.
    Misspelt(&'static str),
    /// What is there, and what should be.
    Type(String, &'static str),
    Missing(&'static str),
    Attempts(u32),
    Zero,
    Multiplier(f64),
    UnknownCode(String),
    Ok,
    NoCodes,
    BothPolicies,
    NoNames,
    MethodWithoutService,
    SecondConfig(String),
    MaxTokens(u32),
    TokenRatio(f64),
    Policy(InvalidPolicy),
}

impl InvalidServiceConfig {
    pub(super) fn new(field: impl Into<String>, fault: Fault) -> Self {
        Self {
            field: field.into(),
            fault,
        }
    }

    /// The field at fault, such as `methodConfig[0].retryPolicy.maxAttempts`.
    /// Empty where it is the document as a whole.
    ///
    /// ```
    /// use retry_runtime::service_config::ServiceConfig;
    ///
    /// let error = r#"{ "methodConfig": 7 }"#.parse::<ServiceConfig>().unwrap_err();
    /// assert_eq!(error.field(), "methodConfig");
    /// ```
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }
}

impl Error for InvalidServiceConfig {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.fault {
            Fault::Policy(invalid) => Some(invalid),
            _ => None,
        }
    }
}

impl fmt::Display for InvalidServiceConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        self.fault.fmt(f)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => write!(f, "this is not JSON: {error}"),
            Self::Twice(error) => f.write_str(error),
            Self::TwoSpellings(one, other) => {
                write!(f, "`{one}` and `{other}` are one name: keep one of them")
            }
            Self::Misspelt(meant) => write!(f, "did you mean `{meant}`?"),
            Self::Type(found, expected) => write!(f, "`{found}` is not {expected}"),
            Self::Missing(expected) => write!(f, "this is missing: write {expected}"),
            Self::Attempts(attempts) => write!(
                f,
                "{attempts} leaves nothing to retry: write 2 or more, or leave the policy out"
            ),
            Self::Zero => f.write_str("this must be more than zero: write for example \"0.1s\""),
            Self::Multiplier(multiplier) => write!(
                f,
                "{multiplier} would let the delays shrink: write 1 or more, such as 1.5"
            ),
            Self::UnknownCode(code) => write!(
                f,
                "`{code}` is not a status code: write a name such as \"UNAVAILABLE\", or a number from 1 to 16"
            ),
            Self::Ok => f.write_str("OK is no failure: leave it out"),
            Self::NoCodes => f.write_str(
                "without a status code nothing would be retried: write for example [\"UNAVAILABLE\"]",
            ),
            Self::BothPolicies => f.write_str(
                "a method has a `retryPolicy` or a `hedgingPolicy`: leave one of them out",
            ),
            Self::NoNames => f.write_str(
                "this config is for no method: write a name, {} for all of them, or leave the config out",
            ),
            Self::MethodWithoutService => f.write_str(
                "a method has a service: write `service` too, or leave `method` out",
            ),
            Self::SecondConfig(name) => write!(
                f,
                "`{name}` has a config already: name it in one of them only"
            ),
            Self::MaxTokens(tokens) => write!(f, "{tokens} is out of range: write 1 to 1000"),
            Self::TokenRatio(ratio) => write!(
                f,
                "{ratio} earns nothing: write more than 0, such as 0.1"
            ),
            Self::Policy(invalid) => invalid.fmt(f),
        }
    }
}
