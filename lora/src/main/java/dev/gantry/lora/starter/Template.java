package dev.gantry.lora.starter;

import java.util.List;

/// A parsed line of a grammar: literals, choices `[a|b]` and slots `{name:rule?filter.field}` in a row.
record Template(List<Part> parts) {

    /// A piece of a template.
    sealed interface Part {}

    /// Text that is copied as it is.
    record Literal(String text) implements Part {}

    /// One of several templates, all equally likely.
    record Choice(List<Template> options) implements Part {}

    /// A word or phrase to be filled in.
    ///
    /// @param name variable to read or bind; when it is not bound and `rule` is empty, the rule of that name
    /// @param rule rule to expand when `name` is to be bound, or empty
    /// @param filters conditions a table row must meet
    /// @param field column to print, or empty for the word itself
    /// @param print how the value shows in the text
    record Slot(String name, String rule, List<Filter> filters, String field, Print print) implements Part {}

    /// How the value of a slot is written.
    enum Print {
        /// As it stands.
        PLAIN,
        /// With a capital first letter.
        CAPITALISED,
        /// Not at all: the slot only binds its variable.
        SILENT
    }

    /// A condition on a column.
    ///
    /// @param column column of the table
    /// @param accepted values that pass, `$variable` or `$variable.field` standing for a bound value; when
    ///   empty, any value passes and only a missing one does not
    /// @param sense whether a match keeps the row or drops it
    record Filter(String column, List<String> accepted, Sense sense) {}

    /// What a matching filter does with a row.
    enum Sense {
        /// The row stays.
        KEEP,
        /// The row goes.
        DROP
    }
}
