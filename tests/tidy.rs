//! Holds the source tree to the project's rules; each rule is also seen to find a bad sample.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]

#[path = "tidy/iod.rs"]
mod iod;
#[path = "tidy/shape.rs"]
mod shape;
#[path = "tidy/source.rs"]
mod source;
#[path = "tidy/statements.rs"]
mod statements;
#[path = "tidy/texts.rs"]
mod texts;
#[path = "tidy/walls.rs"]
mod walls;

use source::Tree;

/// Declares one test for each rule, over the real tree.
macro_rules! hold {
    ($($name:ident: $rule:path;)+) => {
        $(#[test]
        fn $name() {
            let found = $rule(&Tree::read());
            assert!(found.is_empty(), "\n{}\n", found.join("\n"));
        })+
    };
}

hold! {
    walls_between_parts_stand: walls::walls;
    manifests_open_no_wall: walls::manifests;
    every_file_says_its_duty_first: shape::first_lines;
    no_file_is_too_long: shape::file_ceiling;
    no_function_is_too_long: shape::function_ceiling;
    no_module_is_a_drawer: shape::drawers;
    no_file_is_dead: shape::dead_files;
    every_expectation_has_a_reason: shape::reasons;
    libraries_are_there_once_or_never: shape::lock;
    every_statement_has_its_own_name: statements::statements;
    the_top_level_is_fixed: texts::top_level;
    every_link_leads_somewhere: texts::links;
    the_page_for_data_protection_officers_tells_the_policy: iod::page;
    the_life_of_a_referral_names_real_files: texts::life_of_a_referral;
    every_configuration_key_is_explained: texts::default_config;
    three_languages_say_the_same_sentences: texts::sentences;
    nothing_is_left_for_later: texts::leftovers;
}
