//! Expands the attributes and derives of a whole file without a compiler, in rustc's order:
//! from the first attribute to the last, from the outside to the inside.

use crate::derive;
use crate::entry;
use crate::syntax::runtime_path::Home;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use std::collections::HashMap;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Block, File, ImplItem, Item, ItemImpl, ItemTrait, Macro, Meta, Path, Stmt, Token,
    TraitItem, UseRename,
};

/// Our attributes and derives.
const OURS: &[&str] = &[
    "idempotent",
    "non_idempotent",
    "non_idempotent_last",
    "retry",
    "retry_method",
    "retry_unsent",
    "retry_unsent_last",
];

/// What is left of a file when all of ours is expanded.
/// What is left of a file when all of ours is expanded.
pub(super) struct Expanded {
    pub(super) file: File,
    /// The messages of its `compile_error!`s.
    pub(super) errors: Vec<String>,
}

pub(super) fn expand(mut file: File) -> Expanded {
    let mut expander = Expander::default();
    Aliases(&mut expander.aliases).visit_file_mut(&mut file);
    expander.visit_file_mut(&mut file);
    Expanded {
        file,
        errors: expander.errors,
    }
}

/// What the one attribute of an item writes whose body is no Rust yet.
pub(super) fn half_typed(item: TokenStream) -> TokenStream {
    let split = |input: ParseStream| {
        let attrs = input.call(Attribute::parse_outer)?;
        Ok((attrs, input.parse::<TokenStream>()?))
    };
    let (attrs, item) = split.parse2(item).expect("an attribute");
    let name = Expander::default().name(attrs[0].path());
    attribute(&name, &attrs[0].meta, item)
}

/// `use retry_runtime::{retry as again}`
struct Aliases<'a>(&'a mut HashMap<Ident, Ident>);

impl VisitMut for Aliases<'_> {
    fn visit_use_rename_mut(&mut self, rename: &mut UseRename) {
        let (alias, name) = (rename.rename.clone(), rename.ident.clone());
        self.0.insert(alias, name);
    }
}

#[derive(Default)]
struct Expander {
    aliases: HashMap<Ident, Ident>,
    errors: Vec<String>,
}

/// The arguments of an attribute, or none.
fn arguments(meta: &Meta) -> TokenStream {
    match meta {
        Meta::List(list) => list.tokens.clone(),
        _ => TokenStream::new(),
    }
}

/// The crate that a path of ours leads to.
fn home_of(path: &Path) -> Home {
    let first = path.segments.first();
    if first.is_some_and(|first| first.ident == "retry_idempotency") {
        Home::Marks
    } else {
        Home::Runtime
    }
}

fn attribute(name: &str, meta: &Meta, item: TokenStream) -> TokenStream {
    let (arguments, home) = (arguments(meta), home_of(meta.path()));
    match name {
        "idempotent" => entry::idempotent(arguments, item, home),
        "non_idempotent" => entry::non_idempotent(arguments, item, home),
        "non_idempotent_last" => entry::non_idempotent_last(arguments, item, home),
        "retry" => entry::retry(arguments, item),
        "retry_method" => entry::retry_method(arguments, item),
        "retry_unsent" => entry::retry_unsent(arguments, item),
        _ => entry::retry_unsent_last(arguments, item),
    }
}

impl Expander {
    /// The name of an attribute or derive, whatever it was imported as.
    fn name(&self, path: &Path) -> String {
        let last = path.segments.last().map(|last| &last.ident);
        let name = last.map(|last| self.aliases.get(last).unwrap_or(last));
        name.map(ToString::to_string).unwrap_or_default()
    }

    /// Takes the first of ours off an item, and expands it.
    fn first<T: Clone + ToTokens>(
        &self,
        item: &T,
        attrs: impl Fn(&mut T) -> &mut Vec<Attribute>,
    ) -> Option<TokenStream> {
        let mut item = item.clone();
        for at in 0..attrs(&mut item).len() {
            let meta = attrs(&mut item)[at].meta.clone();
            let name = self.name(meta.path());
            if let ("cfg_attr", Ok(inner)) = (name.as_str(), conditional(&meta)) {
                attrs(&mut item).splice(at..=at, inner);
                return Some(item.into_token_stream());
            }
            if name == "derive" {
                if let Some(derived) = self.derived(&meta, &item) {
                    attrs(&mut item).remove(at);
                    return Some(quote!(#item #derived));
                }
            }
            if OURS.contains(&name.as_str()) {
                attrs(&mut item).remove(at);
                return Some(attribute(&name, &meta, item.into_token_stream()));
            }
        }
        None
    }

    fn derived(&self, meta: &Meta, item: &impl ToTokens) -> Option<TokenStream> {
        let parse = Punctuated::<Path, Token![,]>::parse_terminated;
        let paths = parse.parse2(arguments(meta)).expect("paths");
        let mut derived = None;
        for path in paths {
            let item = item.to_token_stream();
            derived = match self.name(&path).as_str() {
                "Operation" => Some(derive::operation::derive(item, home_of(&path))),
                "Transient" => Some(derive::transient::derive(item)),
                _ => None,
            }
            .or(derived);
        }
        derived
    }

    /// Expands items until there is nothing of ours on any of them.
    fn all<T: Clone + ToTokens>(
        &mut self,
        items: &mut Vec<T>,
        attrs: impl Fn(&mut T) -> &mut Vec<Attribute> + Copy,
        parse: impl Fn(TokenStream) -> Vec<T>,
    ) {
        let mut at = 0;
        while at < items.len() {
            match self.first(&items[at], attrs) {
                Some(expanded) => drop(items.splice(at..=at, parse(expanded))),
                None => at += 1,
            }
        }
    }
}

/// What `cfg_attr(all(), ..)` puts in its place.
fn conditional(meta: &Meta) -> syn::Result<Vec<Attribute>> {
    let parse = Punctuated::<Meta, Token![,]>::parse_terminated;
    let metas = parse.parse2(arguments(meta))?;
    let attrs = metas.iter().skip(1);
    Ok(attrs.map(|meta| syn::parse_quote!(#[#meta])).collect())
}

fn parsed<T: Parse>(tokens: TokenStream) -> T {
    let code = tokens.to_string();
    syn::parse2(tokens).unwrap_or_else(|error| panic!("{error}: {code}"))
}

fn attrs_of_item(item: &mut Item) -> &mut Vec<Attribute> {
    match item {
        Item::Const(it) => &mut it.attrs,
        Item::Enum(it) => &mut it.attrs,
        Item::Fn(it) => &mut it.attrs,
        Item::Impl(it) => &mut it.attrs,
        Item::Macro(it) => &mut it.attrs,
        Item::Mod(it) => &mut it.attrs,
        Item::Static(it) => &mut it.attrs,
        Item::Struct(it) => &mut it.attrs,
        Item::Trait(it) => &mut it.attrs,
        Item::Type(it) => &mut it.attrs,
        Item::Union(it) => &mut it.attrs,
        Item::Use(it) => &mut it.attrs,
        other => panic!("an item that no test has: {}", other.to_token_stream()),
    }
}

fn attrs_of_impl_item(item: &mut ImplItem) -> &mut Vec<Attribute> {
    match item {
        ImplItem::Const(it) => &mut it.attrs,
        ImplItem::Fn(it) => &mut it.attrs,
        ImplItem::Macro(it) => &mut it.attrs,
        ImplItem::Type(it) => &mut it.attrs,
        other => panic!("an item that no test has: {}", other.to_token_stream()),
    }
}

fn attrs_of_trait_item(item: &mut TraitItem) -> &mut Vec<Attribute> {
    match item {
        TraitItem::Const(it) => &mut it.attrs,
        TraitItem::Fn(it) => &mut it.attrs,
        TraitItem::Macro(it) => &mut it.attrs,
        TraitItem::Type(it) => &mut it.attrs,
        other => panic!("an item that no test has: {}", other.to_token_stream()),
    }
}

impl VisitMut for Expander {
    fn visit_file_mut(&mut self, file: &mut File) {
        let items = |tokens| parsed::<File>(tokens).items;
        self.all(&mut file.items, attrs_of_item, items);
        visit_mut::visit_file_mut(self, file);
    }

    fn visit_item_mod_mut(&mut self, module: &mut syn::ItemMod) {
        if let Some((_, content)) = &mut module.content {
            let items = |tokens| parsed::<File>(tokens).items;
            self.all(content, attrs_of_item, items);
        }
        visit_mut::visit_item_mod_mut(self, module);
    }

    fn visit_item_impl_mut(&mut self, block: &mut ItemImpl) {
        let items = |tokens| parsed::<ItemImpl>(quote!(impl Owner { #tokens })).items;
        self.all(&mut block.items, attrs_of_impl_item, items);
        visit_mut::visit_item_impl_mut(self, block);
    }

    fn visit_item_trait_mut(&mut self, item: &mut ItemTrait) {
        let items = |tokens| parsed::<ItemTrait>(quote!(trait Owner { #tokens })).items;
        self.all(&mut item.items, attrs_of_trait_item, items);
        visit_mut::visit_item_trait_mut(self, item);
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        let mut at = 0;
        while at < block.stmts.len() {
            let Stmt::Item(item) = &block.stmts[at] else {
                at += 1;
                continue;
            };
            match self.first(item, attrs_of_item) {
                Some(expanded) => {
                    let items = parsed::<File>(expanded).items;
                    block
                        .stmts
                        .splice(at..=at, items.into_iter().map(Stmt::Item));
                }
                None => at += 1,
            }
        }
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        if self.name(&mac.path) == "compile_error" {
            let message: syn::LitStr = parsed(mac.tokens.clone());
            self.errors.push(message.value());
        }
    }
}
