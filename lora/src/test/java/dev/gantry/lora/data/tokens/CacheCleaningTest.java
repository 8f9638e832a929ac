package dev.gantry.lora.data.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.data.Fakes;
import dev.gantry.lora.data.check.FaultPolicy;
import dev.gantry.lora.data.source.RowSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheCleaningTest {
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final CacheLimits LIMITS = new CacheLimits(250, Duration.ofDays(60));

    @TempDir
    private Path cache;

    private Path file(String name, long daysAgo) throws IOException {
        Path file = Files.write(cache.resolve(name), new byte[100]);
        Files.setLastModifiedTime(file, FileTime.from(NOW.minus(Duration.ofDays(daysAgo))));
        return file;
    }

    private Path tokens(char digit, long daysAgo) throws IOException {
        return file(String.valueOf(digit).repeat(32) + ".tokens", daysAgo);
    }

    private List<Path> left() throws IOException {
        new CacheCleaning(cache, LIMITS).run(NOW);
        try (Stream<Path> files = Files.list(cache)) {
            return files.sorted().toList();
        }
    }

    @Test
    void theLeastRecentlyUsed_goFirst_untilTheRestFits() throws IOException {
        tokens('a', 4);
        Path b = tokens('b', 1);
        Path c = tokens('c', 2);
        tokens('d', 3);
        assertThat(left()).containsExactly(b, c);
    }

    @Test
    void whatIsOld_goes_thoughThereIsRoom() throws IOException {
        Path young = tokens('a', 59);
        tokens('b', 61);
        assertThat(left()).containsExactly(young);
    }

    @Test
    void whatIsInUse_stays_andCounts() throws IOException {
        Path used = tokens('a', 100);
        tokens('b', 3);
        tokens('c', 2);
        Path last = tokens('d', 1);
        try (CacheLease _ = CacheLease.on(used)) {
            assertThat(left()).contains(used, last).hasSize(3);
        }
        assertThat(left()).containsExactly(last);
    }

    @Test
    void aLeaseOfAProcessThatIsGone_isNone() throws IOException {
        Path left = tokens('a', 100);
        // this process started at another time, and no process has so large a number
        file(left.getFileName() + "." + ProcessHandle.current().pid() + "-1000-1.use", 0);
        file(left.getFileName() + "." + Integer.MAX_VALUE + "-1000-1.use", 0);
        assertThat(left()).isEmpty();
    }

    @Test
    void unfinishedFiles_goAfterADay_andOtherNamesStay() throws IOException {
        Path writing = file("tokens-7.part", 0);
        file("tokens-8.part", 2);
        Path foreign = file("notes.tokens", 900);
        assertThat(left()).containsExactlyInAnyOrder(writing, foreign);
    }

    @Test
    void everyUse_cleans_andKeepsItsOwnFile() throws IOException {
        Path data = Files.writeString(cache.resolve("a.csv"), "question,answer\none,1\n");
        Path old = tokens('a', 5);
        TokenCache small = new TokenCache(cache, new CacheLimits(10, Duration.ofDays(60)));
        try (StoredTokens tokens = small.open(job(data), Progress.silent())) {
            assertThat(tokens.use()).isEqualTo(CacheUse.MADE);
            assertThat(old).doesNotExist();
            try (StoredTokens again = small.open(job(data), Progress.silent())) {
                assertThat(again.use()).isEqualTo(CacheUse.REUSED);
            }
        }
        try (Stream<Path> files = Files.list(cache)) {
            assertThat(files.filter(file -> file.toString().endsWith(".use"))).isEmpty();
        }
    }

    private static EncodingJob job(Path file) throws IOException {
        var target = new TargetModel(Fakes.tokenizer(Fakes.Bos.NONE), "fake", new Fakes.BracketTemplate("t"), 1000);
        return new EncodingJob(
                RowSource.of(file), null, FaultPolicy.STOP, TrainOn.ANSWERS, PromptStyle.CHAT, target, 5);
    }
}
