package dev.gantry.zoo.chat.jinja;

import dev.gantry.zoo.chat.ChatTemplateException;
import dev.gantry.zoo.chat.jinja.TemplateToken.Kind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// Cuts the inside of one tag into names, numbers, strings and operators.
final class TagLexer {
    private static final List<String> OPERATORS = List.of(
            "//", "**", "==", "!=", ">=", "<=", "+", "-", "*", "/", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<",
            "=", ".", ":", "|", ",", ";");
    private static final String OPENING = "([{";
    private static final String CLOSING = ")]}";

    private final String source;
    private final String closing;
    private final Deque<Character> open = new ArrayDeque<>();
    private int at;
    private int line;
    private char sign = ' ';

    TagLexer(String source, int from, int line, String closing) {
        this.source = source;
        this.at = from;
        this.line = line;
        this.closing = closing;
    }

    /// Adds the tag's tokens, without its end, which it passes.
    void read(List<TemplateToken> tokens) {
        while (true) {
            skipWhitespace();
            if (at >= source.length()) {
                throw fault("a tag is not closed by " + closing);
            }
            if (open.isEmpty() && closes()) {
                return;
            }
            tokens.add(next());
        }
    }

    int end() {
        return at;
    }

    int line() {
        return line;
    }

    /// `-` or `+` before the tag's end, else a blank.
    char sign() {
        return sign;
    }

    private boolean closes() {
        char c = source.charAt(at);
        if (source.startsWith(closing, at)) {
            at += closing.length();
            return true;
        }
        // Jinja2 knows `+` at the end of blocks only
        boolean signed = c == '-' || (c == '+' && closing.equals("%}"));
        if (signed && source.startsWith(closing, at + 1)) {
            sign = c;
            at += 1 + closing.length();
            return true;
        }
        return false;
    }

    private void skipWhitespace() {
        while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
            if (source.charAt(at) == '\n') {
                line++;
            }
            at++;
        }
    }

    private TemplateToken next() {
        char c = source.charAt(at);
        if (c == '\'' || c == '"') {
            return string(c);
        }
        if (c >= '0' && c <= '9') {
            return number();
        }
        if (Character.isUnicodeIdentifierStart(c) || c == '_') {
            int from = at;
            while (at < source.length() && Character.isUnicodeIdentifierPart(source.charAt(at))) {
                at++;
            }
            return new TemplateToken(Kind.NAME, source.substring(from, at), line);
        }
        for (String operator : OPERATORS) {
            if (source.startsWith(operator, at)) {
                balance(operator);
                at += operator.length();
                return new TemplateToken(Kind.OPERATOR, operator, line);
            }
        }
        throw fault("the character \"" + c + "\" has no meaning inside a tag");
    }

    private void balance(String operator) {
        char c = operator.charAt(0);
        if (OPENING.indexOf(c) >= 0) {
            open.push(c);
        } else if (CLOSING.indexOf(c) >= 0) {
            if (open.isEmpty() || OPENING.indexOf(open.pop()) != CLOSING.indexOf(c)) {
                throw fault("\"" + c + "\" closes nothing");
            }
        }
    }

    private TemplateToken number() {
        int from = at;
        boolean real = false;
        while (at < source.length()) {
            char c = source.charAt(at);
            boolean fraction = c == '.' && !real && at + 1 < source.length() && isDigit(source.charAt(at + 1));
            boolean exponent = (c == 'e' || c == 'E') && at + 1 < source.length() && exponentFollows(at + 1);
            if (exponent) {
                at++; // the sign or first digit behind it is taken below
            } else if (!isDigit(c) && c != '_' && !fraction) {
                break;
            }
            real |= fraction || exponent;
            at++;
        }
        String digits = source.substring(from, at).replace("_", "");
        return new TemplateToken(real ? Kind.FLOAT : Kind.INTEGER, digits, line);
    }

    private boolean exponentFollows(int from) {
        char c = source.charAt(from);
        boolean signed = c == '+' || c == '-';
        return isDigit(c) || (signed && from + 1 < source.length() && isDigit(source.charAt(from + 1)));
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private TemplateToken string(char quote) {
        int begin = line;
        StringBuilder text = new StringBuilder();
        at++;
        while (at < source.length() && source.charAt(at) != quote) {
            char c = source.charAt(at);
            if (c == '\n') {
                line++;
            }
            if (c == '\\' && at + 1 < source.length()) {
                escape(text);
            } else {
                text.append(c);
                at++;
            }
        }
        if (at >= source.length()) {
            throw JinjaTemplate.fault(begin, "a string is not closed by " + quote);
        }
        at++;
        return new TemplateToken(Kind.STRING, text.toString(), begin);
    }

    /// One of Python's escapes; an unknown one stays as it is written.
    private void escape(StringBuilder text) {
        char c = source.charAt(at + 1);
        at += 2;
        switch (c) {
            case 'n' -> text.append('\n');
            case 't' -> text.append('\t');
            case 'r' -> text.append('\r');
            case 'a' -> text.append('\u0007');
            case 'b' -> text.append('\b');
            case 'f' -> text.append('\f');
            case 'v' -> text.append('\u000B');
            case '\\', '\'', '"' -> text.append(c);
            case '\n' -> line++;
            case 'x' -> code(text, 2, 16);
            case 'u' -> code(text, 4, 16);
            case 'U' -> code(text, 8, 16);
            case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                at--;
                int digits = 1;
                while (digits < 3
                        && at + digits < source.length()
                        && Character.digit(source.charAt(at + digits), 8) >= 0) {
                    digits++;
                }
                code(text, digits, 8);
            }
            default -> text.append('\\').append(c);
        }
    }

    private void code(StringBuilder text, int digits, int radix) {
        if (at + digits > source.length()) {
            throw fault("an escape in a string is cut short");
        }
        String number = source.substring(at, at + digits);
        try {
            int codePoint = Integer.parseUnsignedInt(number, radix);
            text.appendCodePoint(codePoint);
        } catch (IllegalArgumentException _) {
            throw fault("\"" + number + "\" is not the number of a character");
        }
        at += digits;
    }

    private ChatTemplateException fault(String what) {
        return JinjaTemplate.fault(line, what);
    }
}
