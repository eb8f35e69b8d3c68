//! Checks of parameters whose type may be a declared operation. The compiler makes them:
//! the runtime's methods exist only for the types that may be retried.

use super::awaits::looks::is_look;
use super::writer::LoopWriter;
use crate::syntax::attributes::is_macro;
use crate::syntax::function::Function;
use crate::syntax::signature;
use crate::syntax::span_range::SpanRange;
use crate::syntax::tokens::code;
use crate::syntax::words::Words;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::ext::IdentExt;
use syn::{
    Attribute, FnArg, Ident, Pat, PatType, ReceiverKind, Signature, Type, TypeParen, TypeReference,
};

/// What is asked of the parameters of a function.
#[derive(Clone, Copy)]
struct Asked<'a> {
    rt: &'a Ident,
    /// The method of the runtime's `Parameter` that asks.
    method: &'static str,
    /// The words of the function's body.
    words: &'a Words,
}

/// The checks, as statements for the head of the function.
pub(super) fn checks(sig: &Signature, body: &Words, writer: LoopWriter<'_>) -> TokenStream {
    let LoopWriter { plan, rt, .. } = writer;
    if plan.is_unsent() {
        return TokenStream::new();
    }
    let key = key_of_the_caller(sig, writer);
    let asked = Asked {
        rt,
        method: if plan.key.is_some() {
            "__check_with_key"
        } else {
            "__check"
        },
        words: body,
    };
    let inputs = sig.inputs.iter();
    let checks: Vec<_> = inputs.flat_map(|input| asked.of_input(input)).collect();
    match &plan.strict {
        Some(strict) => {
            let span = strict.resolved_at(Span::mixed_site());
            let list = checks.iter().rev().fold(
                quote_spanned!(span=> ()),
                |rest, check| quote_spanned!(span=> (#check, #rest)),
            );
            let ask = quote_spanned!(span=> #rt::strict(#list));
            code!({ #key #[allow(unused_imports)] use #rt::Undeclared as _; #ask; })
        }
        None if checks.is_empty() => key,
        None => code!({ #key #[allow(unused_imports)] use #rt::Undeclared as _; #(#checks;)* }),
    }
}

/// The checks of a function that is declared `#[idempotent]`, if its parameters may be
/// operations.
pub(super) fn checks_of_declared(
    function: &Function,
    words: &Words,
    rt: &Ident,
) -> Option<TokenStream> {
    let sig = &function.sig;
    // A function by such a name looks at an operation, and a `const fn` sends nothing.
    if is_look(&sig.ident) || sig.constness.is_some() {
        return None;
    }
    let is_argument = |input: &&FnArg| matches!(input, FnArg::Typed(_));
    // Any argument beside the operation may be its key. Another attribute may bring one.
    let may_have_key =
        sig.inputs.iter().filter(is_argument).count() > 1 || function.attrs.iter().any(is_macro);
    let asked = |method| Asked { rt, method, words };
    let (of_type, of_generic) = if may_have_key {
        (
            asked("__check_declared_with_key"),
            asked("__check_with_key"),
        )
    } else {
        (asked("__check_declared"), asked("__check"))
    };
    let checks = |input| {
        if is_generic(input, sig) {
            of_generic.of_input(input)
        } else {
            of_type.of_input(input)
        }
    };
    let checks: Vec<_> = sig.inputs.iter().flat_map(checks).collect();
    (!checks.is_empty())
        .then(|| code!({ #[allow(unused_imports)] use #rt::Undeclared as _; #(#checks;)* }))
}

/// Whether the type of an argument is generic, as far as the function's own signature
/// tells.
fn is_generic(input: &FnArg, sig: &Signature) -> bool {
    let FnArg::Typed(arg) = input else {
        return false;
    };
    let words = Words::of(arg.ty.to_token_stream());
    let mut parameters = sig.generics.type_params();
    signature::has_impl(&arg.ty) || parameters.any(|parameter| words.mention(&parameter.ident))
}

/// Where `key` names an argument, its type has to be `IdempotencyKey`: any other value
/// might not be the same in a repetition of the call.
fn key_of_the_caller(sig: &Signature, writer: LoopWriter<'_>) -> TokenStream {
    let LoopWriter { plan, rt, .. } = writer;
    let argument = sig.inputs.iter().find_map(|input| match input {
        FnArg::Typed(arg) => match &*arg.pat {
            Pat::Ident(pat)
                if plan
                    .key
                    .as_ref()
                    .is_some_and(|key| pat.ident.unraw() == key.unraw()) =>
            {
                Some(arg)
            }
            _ => None,
        },
        FnArg::Receiver(_) => None,
    });
    match argument {
        Some(arg) if !signature::has_impl(&arg.ty) => {
            let (ty, span) = (&arg.ty, SpanRange::of(&arg.ty));
            let (from, call) = (
                span.first_ident(rt),
                Ident::new("key_of_the_caller", span.last()),
            );
            let call = quote_spanned!(span.first()=> #from::#call::<#ty>());
            let call = where_present(&arg.attrs, call, rt);
            code!(#call;)
        }
        _ => TokenStream::new(),
    }
}

impl Asked<'_> {
    /// The checks of an argument: a tuple is checked part by part, since it has no
    /// class of its own.
    fn of_input(self, input: &FnArg) -> Vec<TokenStream> {
        let tuple = match input {
            FnArg::Typed(arg) => match owned(&arg.ty).0 {
                Type::Tuple(tuple) => Some((&arg.attrs, tuple)),
                _ => None,
            },
            FnArg::Receiver(_) => None,
        };
        let Some((attrs, tuple)) = tuple else {
            return self.of_one(input).into_iter().collect();
        };
        let parts = tuple
            .elems
            .iter()
            .filter(|part| !is_undeclared(part) && !signature::has_impl(part));
        parts
            .map(|part| where_present(attrs, self.by_type(part), self.rt))
            .collect()
    }

    fn of_one(self, input: &FnArg) -> Option<TokenStream> {
        let (attrs, check) = match input {
            FnArg::Receiver(receiver) => {
                let at = receiver.self_token.span;
                let check = if let ReceiverKind::Typed(..) = receiver.kind {
                    self.by_value(&InferredArgument::of(&Ident::new("self", at), 0))
                } else {
                    self.by_own_type(&Ident::new("Self", at))
                };
                (&receiver.attrs, check)
            }
            FnArg::Typed(arg) if is_undeclared(&arg.ty) => return None,
            FnArg::Typed(arg) if signature::has_impl(&arg.ty) => {
                let Pat::Ident(pat) = &*arg.pat else {
                    return None;
                };
                let is_lent = matches!(*arg.ty, Type::Reference(_));
                let value = InferredArgument::of(&pat.ident, usize::from(is_lent));
                (&arg.attrs, self.by_value(&value))
            }
            FnArg::Typed(arg) => match InferredArgument::of_simple(arg, self.words) {
                Some(value) => (&arg.attrs, self.by_value(&value)),
                None => (&arg.attrs, self.by_type(&arg.ty)),
            },
        };
        Some(where_present(attrs, check, self.rt))
    }

    /// Checks a type by its name.
    fn by_type(self, ty: &Type) -> TokenStream {
        let span = SpanRange::of(ty);
        let (ty, _) = owned(ty);
        let check = Ident::new(self.method, span.last());
        let rt = span.first_ident(self.rt);
        // rustc points at the argument of the call, so it has the span of the type.
        let none = span.arguments(TokenStream::new());
        let new = quote_spanned!(span.first()=> #rt::Parameter::of_type #none);
        quote_spanned!(span.first()=> #rt::Parameter::<#ty>::#check(#new))
    }

    /// Checks `Self`.
    fn by_own_type(self, this: &Ident) -> TokenStream {
        let span = SpanRange::of(this);
        let rt = span.first_ident(self.rt);
        let check = Ident::new(self.method, span.last());
        let none = span.arguments(TokenStream::new());
        quote_spanned!(span.first()=> #rt::Parameter::<#this>::of_type #none.#check #none)
    }

    /// Checks the type of a value.
    fn by_value(self, value: &InferredArgument<'_>) -> TokenStream {
        let (name, span) = (value.name, value.span);
        let rt = span.first_ident(self.rt);
        let check = Ident::new(self.method, span.last());
        let deref = (0..value.lent).map(|_| quote_spanned!(span.first()=> *));
        // rustc underlines the call from its first token to its last.
        let value = span.arguments(quote_spanned!(span.first()=> &#(#deref)* #name));
        quote_spanned!(span.first()=> #rt::Parameter::of #value.#check())
    }
}

/// The check of a parameter under `#[cfg(..)]`: where that leaves the parameter out, its
/// type may not exist either.
fn where_present(attrs: &[Attribute], check: TokenStream, rt: &Ident) -> TokenStream {
    let conditions: Vec<_> = attrs
        .iter()
        .filter(|attr| attr.path().is_ident("cfg"))
        .filter_map(|attr| attr.meta.require_list().ok())
        .map(|list| &list.tokens)
        .collect();
    if conditions.is_empty() {
        return check;
    }
    code!(match () {
        #[cfg(all(#(#conditions),*))]
        () => #check,
        #[cfg(not(all(#(#conditions),*)))]
        () => #rt::NotDeclared,
    })
}

/// A type without its references, and how many there were. A reference is of the same
/// class as what it refers to, and messages are easier to read without it. Parentheses
/// are removed, since rustc would warn of them around a generic argument.
fn owned(ty: &Type) -> (&Type, usize) {
    match ty {
        Type::Reference(TypeReference { elem, .. }) => {
            let (ty, lent) = owned(elem);
            (ty, lent + 1)
        }
        Type::Paren(TypeParen { elem, .. }) => owned(elem),
        _ => (ty, 0),
    }
}

/// An argument whose type is inferred from its value.
struct InferredArgument<'a> {
    name: &'a Ident,
    /// How many references its type has.
    lent: usize,
    /// Where rustc is to point.
    span: SpanRange,
}

impl<'a> InferredArgument<'a> {
    fn of(name: &'a Ident, lent: usize) -> Self {
        let span = SpanRange::of(name);
        Self { name, lent, span }
    }

    /// For a type that is one identifier: written once more, a misspelt one would be
    /// reported twice. `None` where the body does not use the argument, since the check
    /// would hide the lint that says so.
    fn of_simple(arg: &'a PatType, body: &Words) -> Option<Self> {
        let (Pat::Ident(pat), (Type::Path(ty), lent)) = (&*arg.pat, owned(&arg.ty)) else {
            return None;
        };
        let is_plain = pat.by_ref.is_none() && pat.subpat.is_none();
        let is_used = || body.mention(&pat.ident);
        ty.path.get_ident().filter(|_| is_plain && is_used())?;
        Some(Self {
            name: &pat.ident,
            lent,
            span: SpanRange::of(&arg.ty),
        })
    }
}

/// Types that are never declared operations: their checks are left out, to
/// keep the expansion short.
fn is_undeclared(ty: &Type) -> bool {
    match ty {
        Type::Reference(ty) => is_undeclared(&ty.elem),
        _ => signature::is_plain(ty),
    }
}
