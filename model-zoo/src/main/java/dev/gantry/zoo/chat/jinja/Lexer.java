package dev.gantry.zoo.chat.jinja;

import dev.gantry.zoo.chat.ChatTemplateException;
import dev.gantry.zoo.chat.jinja.TemplateToken.Kind;
import java.util.ArrayList;
import java.util.List;

/// Cuts a template into text and tags, with `trim_blocks` and `lstrip_blocks` as Jinja2 does them.
final class Lexer {
    private final String source;
    private final List<TemplateToken> tokens = new ArrayList<>();
    private int at;
    private int line = 1;

    /// The last tag swallowed the line's end, so that blanks after it are an indentation.
    private boolean lineStarting = true;

    Lexer(String source) {
        String unix = source.replace("\r\n", "\n").replace('\r', '\n');
        // keep_trailing_newline is off
        this.source = unix.endsWith("\n") ? unix.substring(0, unix.length() - 1) : unix;
    }

    List<TemplateToken> tokens() {
        while (at < source.length()) {
            int tag = nextTag();
            if (tag < 0) {
                data(source.substring(at));
                at = source.length();
            } else {
                tag(tag);
            }
        }
        add(Kind.END, "");
        return tokens;
    }

    private int nextTag() {
        for (int brace = source.indexOf('{', at); brace >= 0; brace = source.indexOf('{', brace + 1)) {
            if (brace + 1 < source.length() && "{%#".indexOf(source.charAt(brace + 1)) >= 0) {
                return brace;
            }
        }
        return -1;
    }

    private void tag(int tag) {
        char type = source.charAt(tag + 1);
        char sign = tag + 2 < source.length() ? source.charAt(tag + 2) : ' ';
        String text = source.substring(at, tag);
        int tagLine = line + newlines(text);
        data(before(text, type, sign));
        line = tagLine;
        at = tag + 2 + (sign == '-' || sign == '+' ? 1 : 0);
        switch (type) {
            case '#' -> comment();
            case '%' -> {
                if (!raw(tag)) {
                    add(Kind.BLOCK_BEGIN, "{%");
                    inside(Kind.BLOCK_END, "%}");
                }
            }
            default -> {
                add(Kind.VARIABLE_BEGIN, "{{");
                inside(Kind.VARIABLE_END, "}}");
            }
        }
    }

    /// `text` without what the tag after it takes away.
    private String before(String text, char type, char sign) {
        if (sign == '-') {
            return text.stripTrailing();
        }
        int lastLine = text.lastIndexOf('\n') + 1;
        boolean indented = lastLine > 0 || lineStarting;
        boolean strips = type != '{' && sign != '+' && indented;
        return strips && text.substring(lastLine).isBlank() ? text.substring(0, lastLine) : text;
    }

    private void data(String text) {
        if (!text.isEmpty()) {
            add(Kind.DATA, text);
        }
    }

    private void comment() {
        int end = source.indexOf("#}", at);
        if (end < 0) {
            throw fault("a comment is not closed by #}");
        }
        line += newlines(source.substring(at, end));
        char sign = end > at ? source.charAt(end - 1) : ' ';
        at = end + 2;
        after(sign, Kind.BLOCK_END);
    }

    /// Skips what the end of a tag takes away from the text behind it.
    private void after(char sign, Kind end) {
        int from = at;
        if (sign == '-') {
            while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
                at++;
            }
        } else if (sign != '+' && end == Kind.BLOCK_END && at < source.length() && source.charAt(at) == '\n') {
            at++;
        }
        line += newlines(source.substring(from, at));
        lineStarting = at > from && source.charAt(at - 1) == '\n';
    }

    /// Takes a whole `{% raw %}...{% endraw %}` when `tag` begins one.
    private boolean raw(int tag) {
        int name = skipBlanks(at);
        if (!source.startsWith("raw", name)) {
            return false;
        }
        int close = skipBlanks(name + 3);
        char sign = close < source.length() ? source.charAt(close) : ' ';
        if (!source.startsWith("%}", sign == '-' || sign == '+' ? close + 1 : close)) {
            return false;
        }
        line += newlines(source.substring(tag, close));
        at = close + (sign == '-' || sign == '+' ? 3 : 2);
        after(sign, Kind.BLOCK_END);
        for (int end = source.indexOf("{%", at); end >= 0; end = source.indexOf("{%", end + 2)) {
            if (endRaw(end)) {
                return true;
            }
        }
        throw fault("{% raw %} is not closed by {% endraw %}");
    }

    private boolean endRaw(int tag) {
        char sign = tag + 2 < source.length() ? source.charAt(tag + 2) : ' ';
        int name = skipBlanks(tag + 2 + (sign == '-' || sign == '+' ? 1 : 0));
        int close = source.startsWith("endraw", name) ? skipBlanks(name + 6) : -1;
        char closeSign = close >= 0 && close < source.length() ? source.charAt(close) : ' ';
        boolean signed = closeSign == '-' || closeSign == '+';
        if (close < 0 || !source.startsWith("%}", signed ? close + 1 : close)) {
            return false;
        }
        String text = source.substring(at, tag);
        int endLine = line + newlines(source.substring(at, close));
        data(before(text, '%', sign));
        line = endLine;
        at = close + (signed ? 3 : 2);
        after(closeSign, Kind.BLOCK_END);
        return true;
    }

    private int skipBlanks(int from) {
        int to = from;
        while (to < source.length() && Character.isWhitespace(source.charAt(to))) {
            to++;
        }
        return to;
    }

    /// Reads the tokens of a tag up to its end.
    private void inside(Kind end, String closing) {
        TagLexer tag = new TagLexer(source, at, line, closing);
        tag.read(tokens);
        at = tag.end();
        line = tag.line();
        add(end, closing);
        after(tag.sign(), end);
    }

    private void add(Kind kind, String text) {
        tokens.add(new TemplateToken(kind, text, line));
    }

    private ChatTemplateException fault(String what) {
        return JinjaTemplate.fault(line, what);
    }

    static int newlines(String text) {
        int count = 0;
        for (int i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) {
            count++;
        }
        return count;
    }
}
