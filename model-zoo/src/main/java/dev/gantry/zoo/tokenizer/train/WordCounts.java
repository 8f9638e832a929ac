package dev.gantry.zoo.tokenizer.train;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Counts the words of a text as the pre-tokenizer cuts them; special tokens are cut out first and not counted.
public final class WordCounts {

    /// GPT-2's pattern, with every digit on its own.
    static final String WORDS = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

    private static final Pattern WORD = Pattern.compile(WORDS, Pattern.UNICODE_CHARACTER_CLASS);

    private final Map<String, Long> counts = new HashMap<>();
    private final Pattern specials;

    public WordCounts(List<String> specialTokens) {
        String any = String.join("|", specialTokens.stream().map(Pattern::quote).toList());
        specials = Pattern.compile(any.isEmpty() ? "(?!)" : any);
    }

    /// Counts the words of one document.
    public void add(String text) {
        for (String piece : specials.split(text, -1)) {
            Matcher matcher = WORD.matcher(piece);
            while (matcher.find()) {
                counts.merge(matcher.group(), 1L, Long::sum);
            }
        }
    }

    Map<String, Long> byWord() {
        return counts;
    }
}
