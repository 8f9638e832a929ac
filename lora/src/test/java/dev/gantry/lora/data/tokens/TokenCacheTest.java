package dev.gantry.lora.data.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.data.Fakes;
import dev.gantry.lora.data.check.FaultPolicy;
import dev.gantry.lora.data.source.DataException;
import dev.gantry.lora.data.source.FaultKind;
import dev.gantry.lora.data.source.RowSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenCacheTest {
    @TempDir
    Path folder;

    private Path data = Path.of("");
    private Path cacheFolder = Path.of("");

    @BeforeEach
    void writeData() throws IOException {
        data = Files.writeString(
                folder.resolve("a.csv"), "question,answer\none,1\ntwo,2\n\"bad\" row,x\nthree,33\none,1\n");
        cacheFolder = folder.resolve("cache");
    }

    @Test
    void theSecondStart_readsTheSameFromTheCache() throws IOException {
        TokenCache cache = new TokenCache(cacheFolder);
        List<String> first;
        EncodedScan scan;
        try (StoredTokens made = cache.open(job(FaultPolicy.SKIP, "t"), Progress.silent())) {
            assertThat(made.use()).isEqualTo(CacheUse.MADE);
            first = texts(made.file());
            scan = made.scan();
        }
        assertThat(first).containsExactly("[one](1)", "[two](2)", "[three](33)", "[one](1)");
        assertThat(scan.report().count(FaultKind.BAD_TABLE)).isEqualTo(1);
        try (StoredTokens reused = cache.open(job(FaultPolicy.SKIP, "t"), Progress.silent())) {
            assertThat(reused.use()).isEqualTo(CacheUse.REUSED);
            assertThat(texts(reused.file())).isEqualTo(first);
            assertThat(reused.scan()).isEqualTo(scan);
            assertThat(reused.file().sourceNumber(2)).isEqualTo(5);
        }
    }

    @Test
    void anotherTemplateOrOtherData_isAnotherKey() throws IOException {
        CacheKey key = job(FaultPolicy.SKIP, "t").key();
        assertThat(job(FaultPolicy.SKIP, "t").key()).isEqualTo(key);
        assertThat(job(FaultPolicy.SKIP, "u").key()).isNotEqualTo(key);
        assertThat(job(FaultPolicy.STOP, "t").key()).isNotEqualTo(key);
        Files.writeString(data, "question,answer\none,1\n");
        assertThat(job(FaultPolicy.SKIP, "t").key()).isNotEqualTo(key);
    }

    @Test
    void aDamagedCache_isNoticedAndMadeAgain_whereverTheDamageIs() throws IOException {
        TokenCache cache = new TokenCache(cacheFolder);
        cache.open(job(FaultPolicy.SKIP, "t"), Progress.silent()).close();
        Path file = onlyFile();
        byte[] good = Files.readAllBytes(file);
        long seed = 11;
        Random random = new Random(seed);
        for (int round = 0; round < 40; round++) {
            byte[] damaged = good.clone();
            int at = random.nextInt(good.length);
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            // bytes 12 to 15 are spare, yet the checksum covers them too
            Files.write(file, round % 4 == 0 ? Arrays.copyOf(good, at) : damaged);
            try (StoredTokens tokens = cache.open(job(FaultPolicy.SKIP, "t"), Progress.silent())) {
                assertThat(tokens.use())
                        .as("seed %d round %d byte %d", seed, round, at)
                        .isEqualTo(CacheUse.REBUILT);
                assertThat(texts(tokens.file())).hasSize(4);
            }
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(good);
    }

    @Test
    void aCacheWhoseSummaryIsNotUnderstood_isMadeAgain() throws IOException {
        TokenCache cache = new TokenCache(cacheFolder);
        EncodingJob job = job(FaultPolicy.SKIP, "t");
        cache.open(job, Progress.silent()).close();
        try (TokenFileWriter writer = new TokenFileWriter(onlyFile(), job.key())) {
            writer.finish("{\"format\":\"of tomorrow\"}");
        }
        try (StoredTokens tokens = cache.open(job, Progress.silent())) {
            assertThat(tokens.use()).isEqualTo(CacheUse.REBUILT);
        }
    }

    @Test
    void nothingIsLeftBehind_whenRowsAreBadAndThePolicyIsToStop() throws IOException {
        TokenCache cache = new TokenCache(cacheFolder);
        assertThatThrownBy(() -> cache.open(job(FaultPolicy.STOP, "t"), Progress.silent()))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("a.csv line 4")
                .hasMessageContaining("1 bad table row");
        try (Stream<Path> files = Files.list(cacheFolder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void theFileGoesWithItsUse_whenNothingIsKept() throws IOException {
        Path once;
        try (StoredTokens tokens = new TokenCache(null).open(job(FaultPolicy.SKIP, "t"), Progress.silent())) {
            once = ((TokenCache.Once) tokens.afterUse()).file();
            assertThat(once).exists();
        }
        assertThat(once).doesNotExist();
    }

    @Test
    void rowsTheTemplateRefuses_areFaults() throws IOException {
        Path file = Files.writeString(folder.resolve("t.jsonl"), """
                {"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}]}
                {"messages":[{"role":"tool","content":"q"},{"role":"assistant","content":"a"}]}
                """);
        EncodingJob job = job(file, FaultPolicy.SKIP, "t");
        try (StoredTokens tokens = new TokenCache(null).open(job, Progress.silent())) {
            assertThat(tokens.scan().report().count(FaultKind.TEMPLATE_REFUSED)).isEqualTo(1);
            assertThat(tokens.scan().report().examples()).isEqualTo(1);
            assertThat(tokens.file().rowCount()).isEqualTo(1);
        }
    }

    private Path onlyFile() throws IOException {
        try (Stream<Path> files = Files.list(cacheFolder)) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(1);
            return all.getFirst();
        }
    }

    private EncodingJob job(FaultPolicy policy, String template) throws IOException {
        return job(data, policy, template);
    }

    private static EncodingJob job(Path file, FaultPolicy policy, String template) throws IOException {
        var target =
                new TargetModel(Fakes.tokenizer(Fakes.Bos.NONE), "fake", new Fakes.BracketTemplate(template), 1000);
        return new EncodingJob(RowSource.of(file), null, policy, TrainOn.ANSWERS, PromptStyle.CHAT, target, 50);
    }

    private static List<String> texts(TokenFile file) {
        return java.util.stream.IntStream.range(0, file.rowCount())
                .mapToObj(row -> file.read(file.start(row), file.length(row)))
                .map(row -> Fakes.tokenizer(Fakes.Bos.NONE).decode(row.ids()))
                .toList();
    }
}
