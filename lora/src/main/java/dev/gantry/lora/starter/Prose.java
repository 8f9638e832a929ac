package dev.gantry.lora.starter;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sets expanded text right: single spaces, `an` before vowels, capitals at the start of sentences and quotations.
final class Prose {

    private static final Pattern SPACES = Pattern.compile(" {2,}");
    private static final Pattern BREAK = Pattern.compile(" *¶ *");
    private static final Pattern BEFORE_MARK = Pattern.compile(" +([,.!?;:])");
    /// An alternative may bring its own mark; it wins over the one that follows the choice.
    private static final Pattern MARKS = Pattern.compile("([.!?])[.!?,]+");
    private static final Pattern ARTICLE =
            Pattern.compile("\\b([Aa]) (?=(?:[aeiou]|hour|honest|[AEIO][a-z]))(?!uni|use|usu|one\\b|once|eu)");
    /// Where a capital belongs: text start, line start, after a full stop, after an opening quotation mark.
    /// After `!"` and `?"` the sentence may go on ("Help!" cried Tom), and after a comma the quotation may, so
    /// there the grammar says what it wants.
    private static final Pattern START = Pattern.compile("(^|\\n|[.!?] |\\.\" |(?<!, )(?<=^|[ \\n])\")([a-z])");

    private Prose() {}

    static String tidy(String text) {
        String spaced =
                BREAK.matcher(SPACES.matcher(text.strip()).replaceAll(" ")).replaceAll("\n");
        String marked = BEFORE_MARK.matcher(spaced).replaceAll("$1");
        String single = MARKS.matcher(marked).replaceAll("$1");
        String articled = ARTICLE.matcher(single).replaceAll("$1n ");
        String once = capitals(articled);
        return capitals(once);
    }

    static String capitalised(String text) {
        return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    private static String capitals(String text) {
        Matcher matcher = START.matcher(text);
        StringBuilder out = new StringBuilder();
        while (matcher.find()) {
            matcher.appendReplacement(
                    out,
                    Matcher.quoteReplacement(matcher.group(1)
                            + Character.toUpperCase(matcher.group(2).charAt(0))));
        }
        return matcher.appendTail(out).toString();
    }
}
