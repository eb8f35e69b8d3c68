//! What the `#[transient(..)]` on a variant or a type says.

use crate::syntax::errors::Errors;
use proc_macro2::Span;
use std::fmt::Write;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Attribute, Field, Fields, Ident, LitBool, Member, Meta, Path, Token};

pub(super) const FORM: &str = "write `#[transient]`, `#[transient(not_sent)]`, `#[transient(refused)]`, `#[transient(after = field)]`, `#[transient(overloaded)]`, `#[transient(forward)]`, `#[transient(permanent)]` or `#[transient(permanent, against)]`";

/// A verdict without its push-back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct FixedVerdict {
    pub(super) kind: VerdictKind,
    pub(super) overloaded: bool,
    /// Where it is not what the kind and `overloaded` imply.
    pub(super) against: Option<bool>,
}

impl FixedVerdict {
    pub(super) const PERMANENT: Self = Self {
        kind: VerdictKind::Permanent,
        overloaded: false,
        against: None,
    };
}

/// Whether another attempt is worth it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum VerdictKind {
    Permanent,
    Transient,
    NotSent,
    Refused,
}

impl VerdictKind {
    /// The function of `Verdict` that makes it.
    pub(super) const fn constructor(self) -> &'static str {
        match self {
            Self::Permanent => "permanent",
            Self::Transient => "transient",
            Self::NotSent => "not_sent",
            Self::Refused => "refused",
        }
    }
}

/// Where the verdict comes from.
pub(super) enum VerdictSource {
    Fixed {
        verdict: FixedVerdict,
        after: Option<Member>,
    },
    Forward(Member),
}

impl VerdictSource {
    /// The field that the verdict depends on.
    pub(super) fn field(&self) -> Option<Member> {
        match self {
            Self::Fixed { after, .. } => after.clone(),
            Self::Forward(field) => Some(field.clone()),
        }
    }

    /// The verdict, where it does not depend on a field.
    pub(super) const fn verdict(&self) -> FixedVerdict {
        match self {
            Self::Fixed { verdict, .. } => *verdict,
            Self::Forward(_) => FixedVerdict::PERMANENT,
        }
    }
}

/// What was written, each word with its span.
#[derive(Default)]
pub(super) struct TransientAttr {
    kind: Option<(VerdictKind, Span)>,
    after: Option<(Member, Span)>,
    forward: Option<(Option<Member>, Span)>,
    overloaded: Option<((), Span)>,
    against: Option<(bool, Span)>,
    crate_path: Option<(Path, Span)>,
}

impl TransientAttr {
    pub(super) fn read(attrs: &[Attribute], errors: &mut Errors) -> Self {
        let mut words = Self::default();
        for attr in attrs
            .iter()
            .filter(|attr| attr.path().is_ident("transient"))
        {
            match &attr.meta {
                Meta::Path(path) => {
                    errors.take(words.set_kind(VerdictKind::Transient, path.span()))
                }
                Meta::List(list) if list.tokens.is_empty() => {
                    errors.on(attr, format!("the parentheses are empty: {FORM}"));
                    None
                }
                Meta::List(list) => {
                    let parse = |input: ParseStream| words.parse(input);
                    errors.take(parse.parse2(list.tokens.clone()))
                }
                Meta::NameValue(_) => {
                    errors.on(
                        attr,
                        format!("`#[transient]` has no value of its own: {FORM}"),
                    );
                    None
                }
            };
        }
        words
    }

    pub(super) fn crate_path(&self) -> Option<&Path> {
        self.crate_path.as_ref().map(|(path, _)| path)
    }

    /// Whether there is a word about the verdict.
    pub(super) fn any(&self) -> bool {
        self.spans().iter().any(Option::is_some)
    }

    /// Where the words about the verdict stand, `forward` last.
    fn spans(&self) -> [Option<Span>; 5] {
        [
            self.kind.as_ref().map(|(_, span)| *span),
            self.after.as_ref().map(|(_, span)| *span),
            self.overloaded.as_ref().map(|((), span)| *span),
            self.against.as_ref().map(|(_, span)| *span),
            self.forward.as_ref().map(|(_, span)| *span),
        ]
    }

    /// For an enum: only its variants have verdicts.
    pub(super) fn refuse_verdict(&self, errors: &mut Errors) {
        if let Some(span) = self.spans().into_iter().flatten().next() {
            errors.at(
                span,
                "an enum is as transient as the variant that it holds: move this to the variants that it is true of",
            );
        }
    }

    /// For a variant: only the type has `crate`.
    pub(super) fn refuse_crate(&self, errors: &mut Errors) {
        if let Some((_, span)) = &self.crate_path {
            errors.at(
                *span,
                "`crate` goes on the type: write `#[transient(crate = ..)]` above the enum",
            );
        }
    }

    /// Where the verdict comes from; without a word the error is permanent.
    pub(super) fn answer(
        &self,
        fields: &Fields,
        owner: &Ident,
        errors: &mut Errors,
    ) -> Option<VerdictSource> {
        if let Some((field, span)) = &self.forward {
            let field = self.forwarded(field.as_ref(), *span, fields, owner);
            return errors.take(field).map(VerdictSource::Forward);
        }
        let verdict = errors.take(self.fixed())?;
        let after = match &self.after {
            None => None,
            Some((after, _)) => Some(errors.take(existing(after.clone(), fields, owner))?),
        };
        Some(VerdictSource::Fixed { verdict, after })
    }

    /// The field whose verdict is taken over.
    fn forwarded(
        &self,
        field: Option<&Member>,
        span: Span,
        fields: &Fields,
        owner: &Ident,
    ) -> syn::Result<Member> {
        let [others @ .., _] = self.spans();
        if let Some(other) = others.into_iter().flatten().next() {
            return Err(syn::Error::new(
                other,
                "`forward` takes over the field's whole verdict, its wait too: keep one of the two",
            ));
        }
        let field = match field {
            Some(named) => named.clone(),
            None => only(fields, owner, span)?,
        };
        existing(field, fields, owner)
    }

    /// The verdict that the words themselves are.
    fn fixed(&self) -> syn::Result<FixedVerdict> {
        let kind = match (self.kind, self.any()) {
            (Some((kind, _)), _) => kind,
            (None, true) => VerdictKind::Transient,
            (None, false) => VerdictKind::Permanent,
        };
        let is_permanent = kind == VerdictKind::Permanent;
        if let Some((_, span)) = self.after.as_ref().filter(|_| is_permanent) {
            return Err(syn::Error::new(
                *span,
                "a permanent error is not retried, so there is nothing to wait for: drop `after`, or `permanent`",
            ));
        }
        let is_answer = is_permanent && self.overloaded.is_none();
        match self.against {
            Some((true, span)) if !is_permanent => Err(syn::Error::new(
                span,
                "what is worth another attempt speaks against the service already: drop `against`, or write `permanent, against` for a failure that is not retried and counts for a circuit breaker",
            )),
            Some((false, span)) if is_answer => Err(syn::Error::new(
                span,
                "a permanent error does not speak against the service unless it says so: drop `against = false`",
            )),
            against => Ok(FixedVerdict {
                kind,
                overloaded: self.overloaded.is_some(),
                against: against.map(|(against, _)| against),
            }),
        }
    }

    /// `refused, after = wait`
    fn parse(&mut self, input: ParseStream) -> syn::Result<()> {
        while !input.is_empty() {
            self.parse_word(input)?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    }

    fn parse_word(&mut self, input: ParseStream) -> syn::Result<()> {
        let word = input
            .call(Ident::parse_any)
            .map_err(|error| syn::Error::new(error.span(), FORM))?;
        let span = word.span();
        match word.to_string().as_str() {
            "not_sent" => self.set_kind(VerdictKind::NotSent, span),
            "refused" => self.set_kind(VerdictKind::Refused, span),
            "permanent" => self.set_kind(VerdictKind::Permanent, span),
            "overloaded" => set(&mut self.overloaded, (), &word),
            "against" => {
                let against = parse_against(input)?;
                set(&mut self.against, against, &word)
            }
            "forward" => {
                let field = input
                    .peek(Token![=])
                    .then(|| parse_field(input, &word))
                    .transpose()?;
                set(&mut self.forward, field, &word)
            }
            "after" => {
                let field = parse_field(input, &word)?;
                set(&mut self.after, field, &word)
            }
            "crate" => {
                let path = input
                    .parse::<Token![=]>()
                    .and_then(|_| input.call(Path::parse_mod_style));
                let path = path.map_err(|error| {
                    syn::Error::new(
                        error.span(),
                        "`crate` is the path of the runtime: write for example `crate = my_lib::retry_runtime`",
                    )
                })?;
                set(&mut self.crate_path, path, &word)
            }
            _ => Err(syn::Error::new(
                span,
                format!("there is no `{word}` here: {FORM}"),
            )),
        }
    }

    fn set_kind(&mut self, kind: VerdictKind, span: Span) -> syn::Result<()> {
        match self.kind.replace((kind, span)) {
            None => Ok(()),
            Some(_) => Err(syn::Error::new(
                span,
                "an error has one verdict: keep one of `#[transient]`, `not_sent`, `refused` and `permanent`",
            )),
        }
    }
}

fn set<T>(place: &mut Option<(T, Span)>, value: T, word: &Ident) -> syn::Result<()> {
    match place.replace((value, word.span())) {
        None => Ok(()),
        Some(_) => Err(syn::Error::new(
            word.span(),
            format!("`{word}` is given twice: keep one"),
        )),
    }
}

/// ` = false`, after `against`; nothing means `true`.
fn parse_against(input: ParseStream) -> syn::Result<bool> {
    if !input.peek(Token![=]) {
        return Ok(true);
    }
    input.parse::<Token![=]>()?;
    let value = input.parse::<LitBool>().map_err(|error| {
        syn::Error::new(
            error.span(),
            "`against` says whether the failure speaks against the service: write `against`, or `against = false`",
        )
    })?;
    Ok(value.value)
}

/// ` = field`, after the word.
fn parse_field(input: ParseStream, word: &Ident) -> syn::Result<Member> {
    let field = input.parse::<Token![=]>().and_then(|_| input.parse());
    field.map_err(|error| {
        // Where nothing follows there is nothing to point at but the word.
        let span = if input.is_empty() { word.span() } else { error.span() };
        syn::Error::new(
            span,
            format!("`{word}` names a field: write `{word} = name`, or `{word} = 0` for the first one without a name"),
        )
    })
}

/// The field of this name or index.
pub(super) fn field<'a>(fields: &'a Fields, member: &Member) -> Option<&'a Field> {
    let position = fields.members().position(|its| its == *member)?;
    fields.iter().nth(position)
}

fn existing(member: Member, fields: &Fields, owner: &Ident) -> syn::Result<Member> {
    if field(fields, &member).is_some() {
        return Ok(member);
    }
    let name = written(&member);
    let message = format!("`{owner}` has no field `{name}`: {}", listed(fields));
    Err(syn::Error::new(member.span(), message))
}

fn only(fields: &Fields, owner: &Ident, span: Span) -> syn::Result<Member> {
    let mut members = fields.members();
    let message = match (members.next(), members.next()) {
        (Some(field), None) => return Ok(field),
        (None, _) => format!("`{owner}` has no field that could be asked: {FORM}"),
        (Some(_), Some(_)) => format!(
            "which field of `{owner}` is asked? Write `forward = field`: {}",
            listed(fields)
        ),
    };
    Err(syn::Error::new(span, message))
}

fn written(member: &Member) -> String {
    match member {
        Member::Named(name) => name.to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    }
}

/// "it has none", "it has `a`, `b`"
fn listed(fields: &Fields) -> String {
    let mut text = String::from("it has ");
    if fields.is_empty() {
        text.push_str("none");
    }
    for (position, member) in fields.members().enumerate() {
        let comma = if position == 0 { "" } else { ", " };
        let _ = write!(text, "{comma}`{}`", written(&member));
    }
    text
}
