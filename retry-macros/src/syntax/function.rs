//! A function as the attribute sees it: the signature parsed, the body still
//! tokens, so that a half-typed body keeps completing in the editor.

use super::tokens::group_like;
use super::words::Words;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};
use std::cell::OnceCell;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{AttrStyle, Attribute, Ident, Signature, Token, Visibility, token};

/// A free function, an associated function or a declaration in a trait.
#[derive(Clone)]
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) defaultness: Option<Ident>,
    pub(crate) sig: Signature,
    pub(crate) body: FunctionBody,
    /// The words of the body, once they are asked for.
    words: OnceCell<Words>,
}

/// What follows the signature.
#[derive(Clone)]
pub(crate) enum FunctionBody {
    Block(Group),
    /// A declaration.
    Semicolon(Token![;]),
}

impl Function {
    /// The tokens between the braces.
    pub(crate) fn body_tokens(&self) -> TokenStream {
        match &self.body {
            FunctionBody::Block(group) => group.stream(),
            FunctionBody::Semicolon(_) => TokenStream::new(),
        }
    }

    /// The words between the braces.
    pub(crate) fn words(&self) -> &Words {
        self.words.get_or_init(|| Words::of(self.body_tokens()))
    }

    /// Puts other tokens between the braces, which keep their span.
    pub(crate) fn set_body(&mut self, tokens: TokenStream) {
        self.words = OnceCell::new();
        if let FunctionBody::Block(group) = &mut self.body {
            *group = group_like(group, tokens);
        }
    }
}

/// The group in braces: around a `$body:block` of `macro_rules!` there is one more group,
/// without a delimiter.
fn braced(group: Group) -> Group {
    if group.delimiter() != Delimiter::None {
        return group;
    }
    match group.stream().into_iter().next() {
        Some(TokenTree::Group(inner)) => braced(inner),
        _ => group,
    }
}

impl Parse for Function {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let mut attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let defaultness = if is_default(input) {
            Some(input.parse()?)
        } else {
            None
        };
        let sig = input.parse()?;
        let body = if input.peek(token::Brace) {
            match input.parse()? {
                TokenTree::Group(group) => {
                    let (inner, group) = split_inner(braced(group))?;
                    attrs.extend(inner);
                    FunctionBody::Block(group)
                }
                other => {
                    return Err(syn::Error::new(
                        other.span(),
                        "expected the body of the function",
                    ));
                }
            }
        } else {
            FunctionBody::Semicolon(input.parse()?)
        };
        Ok(Self {
            attrs,
            vis,
            defaultness,
            sig,
            body,
            words: OnceCell::new(),
        })
    }
}

/// Takes inner attributes such as `#![allow(..)]` out of the body. Nothing can be put
/// before them there; as outer attributes of the function they mean the same.
fn split_inner(body: Group) -> syn::Result<(Vec<Attribute>, Group)> {
    let mut head = body.stream().into_iter();
    let is = |token: Option<TokenTree>, sign| matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign);
    if !(is(head.next(), '#') && is(head.next(), '!')) {
        return Ok((Vec::new(), body));
    }
    let split = |input: ParseStream| {
        let attrs = input.call(Attribute::parse_inner)?;
        Ok((attrs, input.parse::<TokenStream>()?))
    };
    let (mut attrs, rest) = split.parse2(body.stream())?;
    for attr in &mut attrs {
        attr.style = AttrStyle::Outer;
    }
    Ok((attrs, group_like(&body, rest)))
}

/// `default` before the `fn` of a specialised impl.
fn is_default(input: ParseStream) -> bool {
    let fork = input.fork();
    fork.parse::<Ident>().is_ok_and(|ident| ident == "default") && !fork.peek(Token![!])
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.append_all(&self.attrs);
        self.vis.to_tokens(tokens);
        self.defaultness.to_tokens(tokens);
        self.sig.to_tokens(tokens);
        match &self.body {
            FunctionBody::Block(group) => group.to_tokens(tokens),
            FunctionBody::Semicolon(semi) => semi.to_tokens(tokens),
        }
    }
}
