package dev.gantry.zoo.chat.jinja;

import dev.gantry.zoo.chat.ChatTemplateException;
import dev.gantry.zoo.chat.jinja.TemplateToken.Kind;
import java.util.List;

/// The tokens of a template, one after the other, and what a parser asks of them.
final class TokenStream {
    /// Deeper nesting would exhaust the stack of a recursive parser; real templates need about ten.
    private static final int MAX_DEPTH = 100;

    private final List<TemplateToken> tokens;
    private int at;
    private int depth;

    TokenStream(List<TemplateToken> tokens) {
        this.tokens = tokens;
    }

    TemplateToken current() {
        return tokens.get(at);
    }

    TemplateToken next() {
        TemplateToken token = tokens.get(at);
        if (token.kind() != Kind.END) {
            at++;
        }
        return token;
    }

    TemplateToken ahead() {
        return tokens.get(Math.min(at + 1, tokens.size() - 1));
    }

    int line() {
        return current().line();
    }

    boolean skipOperator(String operator) {
        boolean there = current().isOperator(operator);
        if (there) {
            next();
        }
        return there;
    }

    boolean skipName(String name) {
        boolean there = current().isName(name);
        if (there) {
            next();
        }
        return there;
    }

    void expectOperator(String operator) {
        if (!skipOperator(operator)) {
            throw fault("\"" + operator + "\" is expected, not " + current().shown());
        }
    }

    TemplateToken expect(Kind kind, String what) {
        if (current().kind() != kind) {
            throw fault(what + " is expected, not " + current().shown());
        }
        return next();
    }

    void enter() {
        if (++depth > MAX_DEPTH) {
            throw fault("expressions or blocks are nested deeper than " + MAX_DEPTH);
        }
    }

    void leave() {
        depth--;
    }

    ChatTemplateException fault(String what) {
        return JinjaTemplate.fault(line(), what);
    }
}
