package dev.gantry.zoo.chat.jinja;

import dev.gantry.zoo.chat.jinja.Expr.CallArguments;
import dev.gantry.zoo.chat.jinja.TemplateToken.Kind;
import dev.gantry.zoo.chat.jinja.Value.Seq.Brackets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads expressions by Jinja2's grammar, whose precedences differ from Python's in places: `-x|abs` is `(-x)|abs`.
final class ExpressionParser {
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
    private static final Set<String> NO_TEST_ARGUMENT = Set.of("else", "or", "and", "is", "if", "not", "in");

    private final TokenStream tokens;

    ExpressionParser(TokenStream tokens) {
        this.tokens = tokens;
    }

    Expr expression() {
        tokens.enter();
        int line = tokens.line();
        Expr value = or();
        while (tokens.skipName("if")) {
            Expr condition = or();
            Expr otherwise = tokens.skipName("else") ? expression() : null;
            value = new Expr.Conditional(condition, value, otherwise, line);
        }
        tokens.leave();
        return value;
    }

    /// The condition-free expression after `in` of a `for`, where `if` means something else.
    Expr withoutConditional() {
        Expr first = or();
        return tokens.current().isOperator(",") ? tupleFrom(first) : first;
    }

    /// One expression or several with commas between, which make a tuple.
    Expr expressionOrTuple() {
        Expr first = expression();
        return tokens.current().isOperator(",") ? tupleFrom(first) : first;
    }

    private Expr tupleFrom(Expr first) {
        List<Expr> items = new ArrayList<>(List.of(first));
        while (tokens.skipOperator(",")) {
            Kind kind = tokens.current().kind();
            if (kind == Kind.VARIABLE_END
                    || kind == Kind.BLOCK_END
                    || tokens.current().isOperator(")")) {
                break;
            }
            items.add(expression());
        }
        return new Expr.Sequence(List.copyOf(items), Brackets.TUPLE, first.line());
    }

    private Expr or() {
        Expr left = and();
        while (tokens.current().isName("or")) {
            int line = tokens.next().line();
            left = new Expr.Logical("or", left, and(), line);
        }
        return left;
    }

    private Expr and() {
        Expr left = not();
        while (tokens.current().isName("and")) {
            int line = tokens.next().line();
            left = new Expr.Logical("and", left, not(), line);
        }
        return left;
    }

    private Expr not() {
        if (!tokens.current().isName("not")) {
            return comparison();
        }
        int line = tokens.next().line();
        tokens.enter();
        Expr operand = not();
        tokens.leave();
        return new Expr.Unary("not", operand, line);
    }

    private Expr comparison() {
        int line = tokens.line();
        Expr first = sum();
        List<Expr.Comparison.Link> links = new ArrayList<>();
        while (true) {
            String operator = comparisonOperator();
            if (operator == null) {
                return links.isEmpty() ? first : new Expr.Comparison(first, List.copyOf(links), line);
            }
            links.add(new Expr.Comparison.Link(operator, sum()));
        }
    }

    private @Nullable String comparisonOperator() {
        TemplateToken token = tokens.current();
        if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.text())) {
            return tokens.next().text();
        }
        if (tokens.skipName("in")) {
            return "in";
        }
        if (token.isName("not") && tokens.ahead().isName("in")) {
            tokens.next();
            tokens.next();
            return "not in";
        }
        return null;
    }

    private Expr sum() {
        Expr left = concatenation();
        while (tokens.current().isOperator("+") || tokens.current().isOperator("-")) {
            TemplateToken operator = tokens.next();
            left = new Expr.Binary(operator.text(), left, concatenation(), operator.line());
        }
        return left;
    }

    private Expr concatenation() {
        Expr left = product();
        while (tokens.current().isOperator("~")) {
            int line = tokens.next().line();
            left = new Expr.Binary("~", left, product(), line);
        }
        return left;
    }

    private Expr product() {
        Expr left = power();
        while (tokens.current().kind() == Kind.OPERATOR
                && Set.of("*", "/", "//", "%").contains(tokens.current().text())) {
            TemplateToken operator = tokens.next();
            left = new Expr.Binary(operator.text(), left, power(), operator.line());
        }
        return left;
    }

    private Expr power() {
        Expr left = unary(FilterUse.WITH_FILTERS);
        while (tokens.current().isOperator("**")) {
            int line = tokens.next().line();
            left = new Expr.Binary("**", left, unary(FilterUse.WITH_FILTERS), line);
        }
        return left;
    }

    private enum FilterUse {
        WITH_FILTERS,
        WITHOUT_FILTERS
    }

    private Expr unary(FilterUse filters) {
        tokens.enter();
        TemplateToken token = tokens.current();
        Expr value;
        if (token.isOperator("-") || token.isOperator("+")) {
            tokens.next();
            value = new Expr.Unary(token.text(), unary(FilterUse.WITHOUT_FILTERS), token.line());
        } else {
            value = postfix(primary());
        }
        tokens.leave();
        return filters == FilterUse.WITH_FILTERS ? filtersAndTests(value) : value;
    }

    private Expr primary() {
        TemplateToken token = tokens.current();
        return switch (token.kind()) {
            case NAME -> name(tokens.next());
            case STRING -> strings();
            case INTEGER -> new Expr.Constant(new Value.Int(integer(tokens.next())), token.line());
            case FLOAT ->
                new Expr.Constant(
                        new Value.Real(Double.parseDouble(tokens.next().text())), token.line());
            case OPERATOR ->
                switch (token.text()) {
                    case "(" -> parenthesized();
                    case "[" -> list();
                    case "{" -> dictionary();
                    default -> throw tokens.fault("an expression is expected, not " + token.shown());
                };
            case DATA, VARIABLE_BEGIN, VARIABLE_END, BLOCK_BEGIN, BLOCK_END, END ->
                throw tokens.fault("an expression is expected, not " + token.shown());
        };
    }

    private static Expr name(TemplateToken token) {
        Value constant = switch (token.text()) {
            case "true", "True" -> Value.Bool.of(true);
            case "false", "False" -> Value.Bool.of(false);
            case "none", "None" -> Value.None.NONE;
            default -> null;
        };
        return constant == null ? new Expr.Name(token.text(), token.line()) : new Expr.Constant(constant, token.line());
    }

    private Expr strings() {
        TemplateToken first = tokens.next();
        StringBuilder text = new StringBuilder(first.text());
        while (tokens.current().kind() == Kind.STRING) {
            text.append(tokens.next().text());
        }
        return new Expr.Constant(Str.of(text.toString()), first.line());
    }

    private long integer(TemplateToken token) {
        try {
            return Long.parseLong(token.text());
        } catch (NumberFormatException _) {
            throw tokens.fault("the number " + token.text() + " is too large");
        }
    }

    private Expr parenthesized() {
        int line = tokens.next().line();
        if (tokens.skipOperator(")")) {
            return new Expr.Sequence(List.of(), Brackets.TUPLE, line);
        }
        Expr inner = expressionOrTuple();
        tokens.expectOperator(")");
        return inner;
    }

    private Expr list() {
        int line = tokens.next().line();
        List<Expr> items = new ArrayList<>();
        while (!tokens.current().isOperator("]")) {
            if (!items.isEmpty()) {
                tokens.expectOperator(",");
                if (tokens.current().isOperator("]")) {
                    break;
                }
            }
            items.add(expression());
        }
        tokens.expectOperator("]");
        return new Expr.Sequence(List.copyOf(items), Brackets.LIST, line);
    }

    private Expr dictionary() {
        int line = tokens.next().line();
        List<Expr.Dictionary.Entry> entries = new ArrayList<>();
        while (!tokens.current().isOperator("}")) {
            if (!entries.isEmpty()) {
                tokens.expectOperator(",");
                if (tokens.current().isOperator("}")) {
                    break;
                }
            }
            Expr key = expression();
            tokens.expectOperator(":");
            entries.add(new Expr.Dictionary.Entry(key, expression()));
        }
        tokens.expectOperator("}");
        return new Expr.Dictionary(List.copyOf(entries), line);
    }

    private Expr postfix(Expr target) {
        Expr value = target;
        while (true) {
            TemplateToken token = tokens.current();
            if (token.isOperator(".")) {
                value = attribute(value);
            } else if (token.isOperator("[")) {
                value = subscript(value);
            } else if (token.isOperator("(")) {
                value = new Expr.Call(value, arguments(), token.line());
            } else {
                return value;
            }
        }
    }

    private Expr attribute(Expr target) {
        int line = tokens.next().line();
        if (tokens.current().kind() == Kind.INTEGER) {
            TemplateToken index = tokens.next();
            return new Expr.Item(target, new Expr.Constant(new Value.Int(integer(index)), line), line);
        }
        return new Expr.Attribute(
                target, tokens.expect(Kind.NAME, "a name after \".\"").text(), line);
    }

    private Expr subscript(Expr target) {
        int line = tokens.next().line();
        Expr start = tokens.current().isOperator(":") ? null : expression();
        if (start != null && tokens.skipOperator("]")) {
            return new Expr.Item(target, start, line);
        }
        tokens.expectOperator(":");
        Expr stop = sliceEnd() ? null : expression();
        Expr step = tokens.skipOperator(":") && !sliceEnd() ? expression() : null;
        tokens.expectOperator("]");
        return new Expr.Slice(target, start, stop, step, line);
    }

    private boolean sliceEnd() {
        return tokens.current().isOperator(":") || tokens.current().isOperator("]");
    }

    /// Reads `(...)` with its brackets.
    CallArguments arguments() {
        tokens.expectOperator("(");
        List<Expr> positional = new ArrayList<>();
        Map<String, Expr> named = new LinkedHashMap<>();
        while (!tokens.current().isOperator(")")) {
            if (!positional.isEmpty() || !named.isEmpty()) {
                tokens.expectOperator(",");
                if (tokens.current().isOperator(")")) {
                    break;
                }
            }
            argument(positional, named);
        }
        tokens.expectOperator(")");
        return new CallArguments(List.copyOf(positional), named);
    }

    private void argument(List<Expr> positional, Map<String, Expr> named) {
        TemplateToken token = tokens.current();
        if (token.isOperator("*") || token.isOperator("**")) {
            throw tokens.fault("arguments with " + token.text() + " in front are not supported");
        }
        if (token.kind() == Kind.NAME && tokens.ahead().isOperator("=")) {
            tokens.next();
            tokens.next();
            if (named.put(token.text(), expression()) != null) {
                throw tokens.fault("the argument \"" + token.text() + "\" is given twice");
            }
        } else if (named.isEmpty()) {
            positional.add(expression());
        } else {
            throw tokens.fault("an argument without a name follows one with a name");
        }
    }

    private Expr filtersAndTests(Expr input) {
        Expr value = input;
        while (true) {
            TemplateToken token = tokens.current();
            if (token.isOperator("|")) {
                value = filter(value);
            } else if (token.isName("is")) {
                value = test(value);
            } else if (token.isOperator("(")) {
                value = new Expr.Call(value, arguments(), token.line());
            } else {
                return value;
            }
        }
    }

    /// Reads `|name` or `|name(...)`.
    Expr.Filter filter(Expr input) {
        tokens.expectOperator("|");
        return namedFilter(input);
    }

    Expr.Filter namedFilter(Expr input) {
        TemplateToken name = tokens.expect(Kind.NAME, "the name of a filter");
        if (!Filters.known(name.text())) {
            throw JinjaTemplate.fault(name.line(), "the filter \"" + name.text() + "\" is not supported");
        }
        CallArguments arguments = tokens.current().isOperator("(") ? arguments() : CallArguments.NONE;
        return new Expr.Filter(input, name.text(), arguments, name.line());
    }

    private Expr test(Expr input) {
        tokens.next();
        boolean negated = tokens.skipName("not");
        TemplateToken name = tokens.expect(Kind.NAME, "the name of a test after \"is\"");
        if (!ValueTests.known(name.text())) {
            throw JinjaTemplate.fault(name.line(), "the test \"is " + name.text() + "\" is not supported");
        }
        Expr test = new Expr.Test(input, name.text(), testArguments(), name.line());
        return negated ? new Expr.Unary("not", test, name.line()) : test;
    }

    private CallArguments testArguments() {
        TemplateToken token = tokens.current();
        if (token.isOperator("(")) {
            return arguments();
        }
        boolean argument = switch (token.kind()) {
            case NAME -> !NO_TEST_ARGUMENT.contains(token.text());
            case STRING, INTEGER, FLOAT -> true;
            case OPERATOR -> token.text().equals("[") || token.text().equals("{");
            case DATA, VARIABLE_BEGIN, VARIABLE_END, BLOCK_BEGIN, BLOCK_END, END -> false;
        };
        return argument ? new CallArguments(List.of(postfix(primary())), Map.of()) : CallArguments.NONE;
    }
}
