//! `#[retry(..)]` on an impl block: the policy of its `#[idempotent]` methods.

mod owner;

use self::owner::Owner;
use crate::options::Options;
use crate::options::spanned_key::SpannedKey;
use crate::plan::RetryAttribute;
use crate::retry::retry_function;
use crate::syntax::attributes::is_named;
use crate::syntax::errors::{Errors, with_errors};
use crate::syntax::function::Function;
use crate::syntax::markers::{self, Marker};
use crate::syntax::returned_future;
use crate::syntax::runtime_path::RuntimePath;
use crate::syntax::tokens::code;
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Attribute, ImplItem, ImplItemFn, ItemImpl, Meta};

/// Whether an item is an impl block.
pub(crate) fn is_impl(item: &TokenStream) -> bool {
    let is_word =
        |token: &TokenTree, word: &str| matches!(token, TokenTree::Ident(ident) if ident == word);
    let mut tokens = item.clone().into_iter().peekable();
    // Attributes are `#` and a group.
    while matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == '#') {
        tokens.next();
        tokens.next();
    }
    tokens
        .find(|token| !is_word(token, "unsafe") && !is_word(token, "default"))
        .is_some_and(|token| is_word(&token, "impl"))
}

/// Puts `retry_method` on each method as its last attribute: it is expanded when all
/// others have left their markers, whatever name they were imported under.
pub(crate) fn retry(
    options: &Options,
    tokens: TokenStream,
    item: TokenStream,
    mut errors: Errors,
) -> TokenStream {
    let Ok(mut block) = syn::parse2::<ItemImpl>(item.clone()) else {
        // Half-typed: rustc reports what is missing.
        return with_errors(item, errors);
    };
    for option in [&options.attempt, &options.key] {
        if let SpannedKey::Given { key, value: name } = option {
            errors.at(
                name.span(),
                format!("`{key}` binds a name in one body: write it on the method that uses it, as `#[retry({key} = ..)]`"),
            );
        }
    }
    if let Some(span) = options.name.span() {
        errors.at(
            span,
            "`name` is what one function is called, and logs and metrics would not tell the methods of this block apart: write it on a method, as `#[retry(name = ..)]`",
        );
    }
    if !errors.is_empty() {
        // Not checked either: a declaration would miss what the retries bring, a key. Without
        // options `retry_method` leaves a method as it is.
        let rt = options.runtime();
        for item in &mut block.items {
            if let ImplItem::Fn(method) = item {
                method.attrs.push(syn::parse_quote!(#[#rt::retry_method]));
            }
        }
        return with_errors(block.into_token_stream(), errors);
    }
    let (owner, rt) = (Owner::of(&block), options.runtime());
    for item in &mut block.items {
        if let ImplItem::Fn(method) = item {
            add_retry_method(method, &tokens, owner.as_ref(), &rt);
        }
    }
    with_errors(block.into_token_stream(), errors)
}

fn add_retry_method(
    method: &mut ImplItemFn,
    tokens: &TokenStream,
    owner: Option<&Owner>,
    rt: &RuntimePath,
) {
    let own = method.attrs.iter().position(|attr| is_named(attr, "retry"));
    let own = own.map(|at| method.attrs.remove(at));
    let own = own.map(|attr| {
        let place = attr.path().span();
        let tokens = match attr.meta {
            Meta::List(list) => list.tokens,
            _ => TokenStream::new(),
        };
        quote::quote_spanned!(place=> { #tokens })
    });
    let is_async =
        method.sig.asyncness.is_some() || returned_future::returned_future(&method.sig).is_some();
    let is_async = is_async.then(|| code!(async));
    let last: Attribute =
        syn::parse_quote!(#[#rt::retry_method({ #tokens } { #is_async } { #owner } #own)]);
    method.attrs.push(last);
}

/// The arguments of `retry_method`.
struct MethodOptions {
    block: TokenStream,
    was_async: bool,
    owner: Option<Owner>,
    /// The options of the method's own `#[retry]`, and the span of that attribute.
    own: Option<(TokenStream, Span)>,
}

impl Parse for MethodOptions {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let braced = |input: ParseStream| -> syn::Result<TokenStream> {
            let content;
            syn::braced!(content in input);
            content.parse()
        };
        Ok(Self {
            block: braced(input)?,
            was_async: !braced(input)?.is_empty(),
            owner: syn::parse2(braced(input)?).ok(),
            own: if input.is_empty() {
                None
            } else {
                let place = input.span();
                Some((braced(input)?, place))
            },
        })
    }
}

/// `#[retry_method]`: retries the method, or leaves it as it is.
pub(crate) fn method(tokens: TokenStream, item: TokenStream) -> TokenStream {
    let (Ok(method), Ok(function)) = (
        syn::parse2::<MethodOptions>(tokens),
        syn::parse2::<Function>(item.clone()),
    ) else {
        return item;
    };
    let mut errors = match &method.own {
        Some((_, place)) => Errors::of(*place),
        None => Errors::default(),
    };
    let mut base = Options::parse(method.block, &mut errors);
    if let Some(owner) = method.owner {
        let name = function.sig.ident.clone();
        let value = owner.name_of(&name);
        base.name = SpannedKey::Given { key: name, value };
    }
    if let Some((own, _)) = method.own {
        let options = Options::parse(own, &mut errors).or(base);
        return retry_function(options, RetryAttribute::Retry, function, errors);
    }
    if Marker::NonIdempotent.is_on(&function) {
        return with_errors(function.into_token_stream(), errors);
    }
    if markers::is_retried(&function) {
        errors.at(
            function.sig.ident.span(),
            format!(
                "`{}` is retried already, by an attribute that the one on the impl block cannot read: write it as `#[retry(..)]`, neither behind `cfg_attr` nor under another name",
                function.sig.ident
            ),
        );
        return with_errors(function.into_token_stream(), errors);
    }
    if Marker::Idempotent.is_on(&function) {
        return retry_function(base, RetryAttribute::Retry, function, errors);
    }
    if method.was_async {
        errors.at(
            function.sig.ident.span(),
            format!(
                "the impl block is under `#[retry]`, so say whether `{}` may run twice: mark it `#[idempotent]` to retry it, or `#[non_idempotent]` to leave it alone",
                function.sig.ident
            ),
        );
    }
    with_errors(function.into_token_stream(), errors)
}
