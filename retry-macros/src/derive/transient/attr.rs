//! What the `#[transient(..)]` on a variant or a type says.

use crate::syntax::errors::Errors;
use proc_macro2::Span;
use std::fmt::Write;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Attribute, Field, Fields, Ident, Member, Meta, Path, Token};

pub(super) const FORM: &str = "write `#[transient]`, `#[transient(not_sent)]`, `#[transient(refused)]`, `#[transient(after = field)]`, `#[transient(forward)]` or `#[transient(permanent)]`";

/// The kind of a verdict, without its push-back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum VerdictKind {
    Permanent,
    Transient,
    NotSent,
    Refused,
}

impl VerdictKind {
    pub(super) const ALL: [Self; 4] = [
        Self::Transient,
        Self::NotSent,
        Self::Refused,
        Self::Permanent,
    ];

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
        kind: VerdictKind,
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

    /// The kind, where it does not depend on a field.
    pub(super) const fn kind(&self) -> VerdictKind {
        match self {
            Self::Fixed { kind, .. } => *kind,
            Self::Forward(_) => VerdictKind::Permanent,
        }
    }
}

/// What was written, each word with its span.
#[derive(Default)]
pub(super) struct TransientAttr {
    kind: Option<(VerdictKind, Span)>,
    after: Option<(Member, Span)>,
    forward: Option<(Option<Member>, Span)>,
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
    pub(super) const fn any(&self) -> bool {
        self.kind.is_some() || self.after.is_some() || self.forward.is_some()
    }

    /// For an enum: only its variants have verdicts.
    pub(super) fn refuse_verdict(&self, errors: &mut Errors) {
        let spans = [
            self.kind.as_ref().map(|(_, span)| span),
            self.after.as_ref().map(|(_, span)| span),
            self.forward.as_ref().map(|(_, span)| span),
        ];
        if let Some(span) = spans.into_iter().flatten().next() {
            errors.at(
                *span,
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
            let other = self.kind.as_ref().map(|(_, span)| *span);
            if let Some(other) = other.or(self.after.as_ref().map(|(_, span)| *span)) {
                errors.at(
                    other,
                    "`forward` takes over the field's whole verdict, its wait too: keep one of the two",
                );
                return None;
            }
            let field = match field {
                Some(named) => named.clone(),
                None => errors.take(only(fields, owner, *span))?,
            };
            return errors
                .take(existing(field, fields, owner))
                .map(VerdictSource::Forward);
        }
        let kind = self.kind.map(|(kind, _)| kind);
        let Some((after, span)) = &self.after else {
            return Some(VerdictSource::Fixed {
                kind: kind.unwrap_or(VerdictKind::Permanent),
                after: None,
            });
        };
        if kind == Some(VerdictKind::Permanent) {
            errors.at(
                *span,
                "a permanent error is not retried, so there is nothing to wait for: drop `after`, or `permanent`",
            );
            return None;
        }
        let after = errors.take(existing(after.clone(), fields, owner))?;
        Some(VerdictSource::Fixed {
            kind: kind.unwrap_or(VerdictKind::Transient),
            after: Some(after),
        })
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
