package dev.gantry.zoo.tokenizer;

import java.util.ArrayDeque;
import java.util.Deque;

/// Finds regular expressions that can take exponential time: the native engine gives up on those by ending the process.
///
/// Tokenizers cut words with flat alternatives. What needs memory of a match, or repeats something that itself repeats
/// without end, is no such expression.
final class RegexCheck {
    private static final int MAX_CHARS = 20_000;
    private static final int MAX_REPEATS = 1000;

    private final String regex;
    private int at;

    /// For each open group, whether something in it repeats without end.
    private final Deque<Boolean> groups = new ArrayDeque<>();

    /// Whether the group that was closed last, just before `at`, repeats something without end.
    private boolean repeatsInside;

    private RegexCheck(String regex) {
        this.regex = regex;
    }

    /// What is wrong with `regex`, as the end of a sentence; empty when nothing is.
    static String fault(String regex) {
        if (regex.isEmpty() || regex.length() > MAX_CHARS) {
            return "is empty or too long";
        }
        return new RegexCheck(regex).fault();
    }

    private String fault() {
        groups.push(false);
        String fault = "";
        while (at < regex.length() && fault.isEmpty()) {
            fault = switch (regex.charAt(at)) {
                case '\\' -> escape();
                case '[' -> set();
                case '(' -> open();
                case ')' -> close();
                default -> other();
            };
        }
        return fault.isEmpty() && groups.size() > 1 ? "leaves a group open" : fault;
    }

    private String escape() {
        boolean last = at + 1 == regex.length();
        char escaped = last ? ' ' : regex.charAt(at + 1);
        at += 2;
        repeatsInside = false;
        return isBackReference(escaped) ? "refers back to what it matched" : "";
    }

    private String open() {
        if (regex.startsWith("(?(", at) || regex.startsWith("(?~", at) || regex.startsWith("(*", at)) {
            return "has a conditional, an absence or a callout";
        }
        groups.push(false);
        at++;
        return "";
    }

    private String close() {
        if (groups.size() == 1) {
            return "closes a group that is not open";
        }
        repeatsInside = groups.pop();
        groups.push(groups.pop() || repeatsInside);
        at++;
        return "";
    }

    private String other() {
        char c = regex.charAt(at++);
        if (!isQuantifier(c)) {
            repeatsInside = false;
        } else if (repeats(c)) {
            if (repeatsInside) {
                return "repeats what already repeats without end";
            }
            groups.pop();
            groups.push(true);
        }
        return "";
    }

    private static boolean isBackReference(char escaped) {
        return (escaped >= '1' && escaped <= '9') || escaped == 'k' || escaped == 'g';
    }

    private static boolean isQuantifier(char c) {
        return c == '*' || c == '+' || c == '{';
    }

    /// Whether the quantifier before `at` repeats often: without end, or up to a large number.
    private boolean repeats(char quantifier) {
        if (quantifier != '{') {
            return true;
        }
        int close = regex.indexOf('}', at);
        String counts = close < 0 ? "" : regex.substring(at, close);
        if (!counts.matches("\\d{0,9}(,\\d{0,9})?") || counts.isEmpty()) {
            return false; // a brace that stands for itself
        }
        String most = counts.substring(counts.indexOf(',') + 1);
        return most.isEmpty() || Integer.parseInt(most) > MAX_REPEATS;
    }

    /// Passes `[...]`, which may hold sets of its own.
    private String set() {
        int depth = 0;
        do {
            char c = regex.charAt(at);
            if (c == '\\') {
                at++;
            } else if (c == '[') {
                depth++;
            } else if (c == ']') {
                depth--;
            }
            at++;
        } while (depth > 0 && at < regex.length());
        repeatsInside = false;
        return "";
    }
}
