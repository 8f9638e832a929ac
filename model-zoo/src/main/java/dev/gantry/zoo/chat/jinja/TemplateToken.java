package dev.gantry.zoo.chat.jinja;

/// A piece of a template's source.
///
/// @param kind what it is
/// @param text its meaning: escapes in strings are resolved, operators are as written
/// @param line where it begins, from 1
record TemplateToken(Kind kind, String text, int line) {

    /// What a piece is.
    enum Kind {
        /// Text outside of tags.
        DATA,
        /// `{{`, `}}`.
        VARIABLE_BEGIN,
        VARIABLE_END,
        /// `{%`, `%}`.
        BLOCK_BEGIN,
        BLOCK_END,
        NAME,
        STRING,
        INTEGER,
        FLOAT,
        OPERATOR,
        END
    }

    boolean isOperator(String operator) {
        return kind == Kind.OPERATOR && text.equals(operator);
    }

    boolean isName(String name) {
        return kind == Kind.NAME && text.equals(name);
    }

    /// For messages.
    String shown() {
        return switch (kind) {
            case DATA -> "text";
            case VARIABLE_BEGIN -> "{{";
            case VARIABLE_END -> "}}";
            case BLOCK_BEGIN -> "{%";
            case BLOCK_END -> "%}";
            case NAME, INTEGER, FLOAT, OPERATOR -> "\"" + text + "\"";
            case STRING -> "the string '" + (text.length() > 30 ? text.substring(0, 30) + "..." : text) + "'";
            case END -> "the end of the template";
        };
    }
}
