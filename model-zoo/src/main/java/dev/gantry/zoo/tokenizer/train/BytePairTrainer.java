package dev.gantry.zoo.tokenizer.train;

import dev.gantry.zoo.tokenizer.ByteLevelAlphabet;
import dev.gantry.zoo.tokenizer.train.BytePairVocabulary.Merge;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/// Learns byte-level BPE merges from word counts.
///
/// The most frequent pair of neighbouring tokens is merged again and again; of equally frequent pairs the one with the
/// smaller ids goes first, so the same counts always give the same vocabulary. Counts change only in the words that
/// hold the merged pair. Source: Sennrich et al. 2016, over bytes as in GPT-2.
public final class BytePairTrainer {

    private static final int BYTES = 256;

    private final List<String> specialTokens;
    private final int vocabularySize;
    private final int minimumCount;

    /// @param vocabularySize ids in all: special tokens, the 256 bytes and the merges
    /// @param minimumCount a pair seen less often is never merged
    public BytePairTrainer(List<String> specialTokens, int vocabularySize, int minimumCount) {
        if (vocabularySize < specialTokens.size() + BYTES) {
            throw new IllegalArgumentException("A vocabulary of " + vocabularySize + " ids has no room for "
                    + specialTokens.size() + " special tokens and 256 bytes; ask for more ids.");
        }
        this.specialTokens = List.copyOf(specialTokens);
        this.vocabularySize = vocabularySize;
        this.minimumCount = minimumCount;
    }

    /// Trains on `counts`; the vocabulary is smaller than asked for when no pair is frequent enough.
    public BytePairVocabulary train(WordCounts counts) {
        return new Run(counts.byWord()).train();
    }

    /// Two neighbouring ids.
    private record Pair(int left, int right) {}

    /// A pair and how often it was seen when it was queued; the count may have changed since.
    private record Candidate(Pair pair, long count) implements Comparable<Candidate> {

        @Override
        public int compareTo(Candidate other) {
            int byCount = Long.compare(other.count, count);
            int byLeft = byCount != 0 ? byCount : Integer.compare(pair.left, other.pair.left);
            return byLeft != 0 ? byLeft : Integer.compare(pair.right, other.pair.right);
        }
    }

    private static final class Word {
        int[] ids;
        final long count;

        Word(int[] ids, long count) {
            this.ids = ids;
            this.count = count;
        }
    }

    private final class Run {

        private final List<String> tokens = new ArrayList<>(specialTokens);
        private final List<Merge> merges = new ArrayList<>();
        private final List<Word> words = new ArrayList<>();
        private final Map<Pair, Long> pairCounts = new HashMap<>();
        private final Map<Pair, Set<Word>> wordsOf = new HashMap<>();
        private final PriorityQueue<Candidate> queue = new PriorityQueue<>();

        Run(Map<String, Long> counts) {
            int firstByte = tokens.size();
            int[] idOfByte = new int[BYTES];
            for (int value = 0; value < BYTES; value++) {
                tokens.add(String.valueOf(ByteLevelAlphabet.charOf(value)));
                idOfByte[value] = firstByte + value;
            }
            counts.forEach((word, count) -> {
                byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
                int[] ids = new int[bytes.length];
                for (int i = 0; i < ids.length; i++) {
                    ids[i] = idOfByte[bytes[i] & 0xFF];
                }
                words.add(new Word(ids, count));
            });
        }

        BytePairVocabulary train() {
            Set<Pair> seen = new HashSet<>();
            words.forEach(word -> count(word, word.count, seen));
            seen.forEach(this::enqueue);
            while (tokens.size() < vocabularySize && !queue.isEmpty()) {
                Candidate best = queue.poll();
                long now = pairCounts.getOrDefault(best.pair, 0L);
                if (now == best.count && now >= minimumCount) {
                    merge(best.pair);
                }
            }
            return new BytePairVocabulary(List.copyOf(tokens), specialTokens, List.copyOf(merges));
        }

        private void merge(Pair pair) {
            int merged = tokens.size();
            tokens.add(tokens.get(pair.left) + tokens.get(pair.right));
            merges.add(new Merge(tokens.get(pair.left), tokens.get(pair.right)));
            Set<Pair> changed = new HashSet<>();
            for (Word word : List.copyOf(wordsOf.getOrDefault(pair, Set.of()))) {
                count(word, -word.count, changed);
                word.ids = replaced(word.ids, pair, merged);
                count(word, word.count, changed);
            }
            pairCounts.remove(pair);
            changed.forEach(this::enqueue);
        }

        private void enqueue(Pair pair) {
            long count = pairCounts.getOrDefault(pair, 0L);
            if (count >= minimumCount) {
                queue.add(new Candidate(pair, count));
            }
        }

        /// Adds `sign` times the pairs of `word` (a negative count takes them away) and notes which pairs changed.
        private void count(Word word, long signedCount, Set<Pair> changed) {
            for (int i = 0; i + 1 < word.ids.length; i++) {
                Pair pair = new Pair(word.ids[i], word.ids[i + 1]);
                pairCounts.merge(pair, signedCount, Long::sum);
                Set<Word> holders = wordsOf.computeIfAbsent(pair, p -> new HashSet<>());
                if (signedCount > 0) {
                    holders.add(word);
                } else {
                    holders.remove(word);
                }
                changed.add(pair);
            }
        }
    }

    private static int[] replaced(int[] ids, Pair pair, int merged) {
        int[] out = new int[ids.length];
        int length = 0;
        for (int i = 0; i < ids.length; i++) {
            boolean here = i + 1 < ids.length && ids[i] == pair.left && ids[i + 1] == pair.right;
            out[length++] = here ? merged : ids[i];
            i += here ? 1 : 0;
        }
        return Arrays.copyOf(out, length);
    }
}
