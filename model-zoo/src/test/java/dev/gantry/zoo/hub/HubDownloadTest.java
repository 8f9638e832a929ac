package dev.gantry.zoo.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressTask;
import dev.gantry.engine.progress.ProgressUnit;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Downloads from a hub on this machine that cuts connections, lies, and sends wrong bytes.
class HubDownloadTest {
    private static final String WEIGHTS = "model.safetensors";
    private static final RepoId REPO = new RepoId("owner/tiny");

    @TempDir
    private Path folder;

    private HubServer server;
    private Path target;

    @BeforeEach
    void open() throws IOException, URISyntaxException {
        Path model = Path.of(Objects.requireNonNull(HubDownloadTest.class.getResource("/models/gpt2"))
                .toURI());
        server = new HubServer().with(model);
        target = folder.resolve("models/owner--tiny");
    }

    @AfterEach
    void close() {
        server.close();
    }

    private HubListing list() {
        try (HubClient client = new HubClient(server.access(""), Progress.silent())) {
            return client.list(REPO, "main");
        }
    }

    private Path download(HubListing listing, Progress progress) throws IOException {
        try (HubClient client = new HubClient(server.access(""), progress)) {
            return new HubDownload(client, progress, Duration.ofMillis(1)).run(listing, target);
        }
    }

    private Path download() throws IOException {
        return download(list(), Progress.silent());
    }

    private String failure() {
        try {
            download();
            return "";
        } catch (GantryException e) {
            return e.code();
        } catch (IOException e) {
            return e.toString();
        }
    }

    private List<String> names(Path in) throws IOException {
        try (Stream<Path> files = Files.list(in)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private byte[] weights() {
        return Objects.requireNonNull(server.files.get(WEIGHTS));
    }

    @Test
    void whatGantryCanUse_isTaken_inOneFormat_andNoScripts() throws IOException {
        server.with("pytorch_model.bin", "the same once more")
                .with("modeling_tiny.py", "print(1)")
                .with("onnx/model.onnx", "for others")
                .with("LICENSE", "free");
        HubListing listing = list();
        download(listing, Progress.silent());

        assertThat(listing.commit()).isEqualTo(HubServer.COMMIT);
        assertThat(listing.license()).isEqualTo("mit");
        assertThat(names(target))
                .contains("LICENSE", "config.json", WEIGHTS)
                .doesNotContain("pytorch_model.bin", "modeling_tiny.py", "onnx", "download.json", "download.lock");
        assertThat(names(target.resolveSibling("."))).containsExactly("owner--tiny");
        assertThat(ModelFolder.open(target).bytes()).isEqualTo(weights().length);
        assertThat(listing.bytes())
                .isEqualTo(names(target).stream()
                        .mapToLong(name -> Objects.requireNonNull(server.files.get(name)).length)
                        .sum());
    }

    @Test
    void brokenConnections_goOnWhereTheyEnded() throws IOException {
        server.cutAfterBytes = weights().length / 4;
        download();

        assertThat(target.resolve(WEIGHTS)).hasBinaryContent(weights());
        assertThat(server.requestsFor(WEIGHTS))
                .extracting(HubServer.Request::range)
                .satisfies(ranges -> {
                    assertThat(ranges.getFirst()).isEmpty();
                    assertThat(ranges).hasSizeGreaterThanOrEqualTo(4).doesNotHaveDuplicates();
                });
    }

    @Test
    void aHubWithoutRanges_isAskedForAllAgain() throws IOException {
        HubListing listing = list();
        server.cutAfterBytes = weights().length / 2;
        assertThatThrownBy(() -> download(listing, new StopAfterBytes(weights().length / 3)))
                .isInstanceOf(GantryException.class);
        server.cutAfterBytes = 0;
        server.ignoresRanges = true;
        download(listing, Progress.silent());

        assertThat(target.resolve(WEIGHTS)).hasBinaryContent(weights());
        assertThat(server.requestsFor(WEIGHTS).getLast().range()).startsWith("bytes=");
    }

    @Test
    void stopped_isNotThere_andGoesOnLater_withoutAskingTwice() throws IOException {
        HubListing listing = list();
        server.cutAfterBytes = weights().length / 2;
        assertThatThrownBy(() -> download(listing, new StopAfterBytes(weights().length / 3)))
                .isInstanceOfSatisfying(
                        GantryException.class,
                        stopped -> assertThat(stopped.kind()).isEqualTo(GantryException.Kind.CANCELLED));
        assertThat(target).doesNotExist();
        List<UnfinishedDownload> left = UnfinishedDownload.in(target.resolveSibling("."));
        assertThat(left).singleElement().satisfies(one -> {
            assertThat(one.listing()).isEqualTo(listing);
            assertThat(one.target().getFileName()).hasToString("owner--tiny");
            assertThat(one.doneBytes()).isBetween(weights().length / 3L, listing.bytes() - 1);
        });

        server.cutAfterBytes = 0;
        server.requests.clear();
        download(left.getFirst().listing(), Progress.silent());
        assertThat(target.resolve(WEIGHTS)).hasBinaryContent(weights());
        assertThat(server.requests)
                .as("only the weights are asked for, and of them the rest")
                .allMatch(request ->
                        request.path().endsWith(WEIGHTS) && request.range().startsWith("bytes="));
        assertThat(UnfinishedDownload.in(target.resolveSibling("."))).isEmpty();
    }

    @Test
    void whatWasStopped_canBeThrownAway() throws IOException {
        assertThatThrownBy(() -> download(list(), new StopAfterBytes(1))).isInstanceOf(GantryException.class);
        UnfinishedDownload.in(target.resolveSibling(".")).getFirst().discard();

        assertThat(names(target.resolveSibling("."))).isEmpty();
    }

    @Test
    void wrongBytesOnce_areFetchedAgain_andTwice_areRefused() throws IOException {
        server.wrong.set(1);
        assertThat(failure()).isEmpty();
        assertThat(target.resolve(WEIGHTS)).hasBinaryContent(weights());

        target = folder.resolve("models/again");
        server.wrong.set(2);
        assertThat(failure()).isEqualTo("HUB-WRONG-BYTES");
        assertThat(target).doesNotExist();
        assertThat(names(target.resolveSibling(".again.downloading")))
                .doesNotContain(WEIGHTS, WEIGHTS + PartialFolder.PART);
    }

    @Test
    void aSmallFileThatIsAnother_isFoundByGitsHash() {
        HubListing listing = list();
        byte[] config = Objects.requireNonNull(server.files.get("config.json")).clone();
        config[config.length - 1] ^= 1;
        server.files.put("config.json", config);
        assertThatThrownBy(() -> download(listing, Progress.silent()))
                .isInstanceOfSatisfying(
                        GantryException.class, wrong -> assertThat(wrong.code()).isEqualTo("HUB-WRONG-BYTES"));
        assertThat(target).doesNotExist();
    }

    @Test
    void moreBytesThanListed_areRefused() {
        server.excessBytes = 5;
        assertThat(failure()).isEqualTo("HUB-WRONG-BYTES");
    }

    @Test
    void aConnectionThatNeverGivesAByte_isGivenUp_andNothingIsLost() throws IOException {
        server.dead.set(100);
        assertThat(failure()).isEqualTo("HUB-CUT");
        assertThat(server.requestsFor(WEIGHTS)).hasSize(7);
        server.dead.set(3);
        assertThat(failure()).isEmpty();
    }

    @Test
    void gatedModels_needAToken_whichTheStoreNeverSees() throws IOException {
        server.gated = true;
        assertThatThrownBy(this::list).isInstanceOfSatisfying(GantryException.class, gated -> {
            assertThat(gated.code()).isEqualTo("HUB-GATED");
            assertThat(gated.nextStep()).contains("accept its terms").contains("HF_TOKEN");
        });
        HubAccess access = server.access(HubServer.TOKEN);
        try (HubClient client = new HubClient(access, Progress.silent())) {
            new HubDownload(client, Progress.silent()).run(client.list(REPO, "main"), target);
        }
        assertThat(target.resolve(WEIGHTS)).hasBinaryContent(weights());
        assertThat(server.requestsFor(WEIGHTS)).isNotEmpty().allMatch(request -> request.authorization() == null);
        assertThat(access.toString()).doesNotContain(HubServer.TOKEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../config.json",
                "a/../../x",
                "/etc/passwd",
                "C:\\x",
                "a\\b",
                "a//b",
                ".",
                "nul",
                "COM1.json",
                "x\u0000y",
                "trailing."
            })
    void namesThatLeadElsewhere_areRefused_andNothingIsWritten(String name) throws IOException {
        server.with(name, "hostile");
        assertThat(failure()).isEqualTo("HUB-LISTING");
        assertThat(names(folder)).isEmpty();
    }

    @Test
    void unknownKinds_areRefused_beforeTheirWeightsAreFetched() {
        server.with("config.json", "{\"model_type\": \"somethingelse\", \"architectures\": [\"SomethingElse\"]}");
        assertThat(failure()).isNotEmpty().doesNotStartWith("HUB");
        assertThat(server.requestsFor(WEIGHTS)).isEmpty();
    }

    @Test
    void whatIsNoModel_doesNotFit_orIsThereAlready_isSaidBefore() throws IOException {
        HubListing listing = list();
        HubFile huge = new HubFile(WEIGHTS, 1L << 45, "0".repeat(64), null);
        HubFile config = new HubFile("config.json", 10, null, null);
        assertThatThrownBy(() -> download(
                        new HubListing(REPO, "main", HubServer.COMMIT, "", List.of(huge, config)), Progress.silent()))
                .isInstanceOfSatisfying(
                        GantryException.class, full -> assertThat(full.code()).isEqualTo("DISK-FULL"));
        assertThatThrownBy(() -> download(
                        new HubListing(REPO, "main", HubServer.COMMIT, "", List.of(config)), Progress.silent()))
                .isInstanceOfSatisfying(
                        GantryException.class, none -> assertThat(none.code()).isEqualTo("HUB-NO-MODEL"));
        Files.createDirectories(target);
        assertThatThrownBy(() -> download(listing, Progress.silent()))
                .isInstanceOfSatisfying(
                        GantryException.class, there -> assertThat(there.code()).isEqualTo("HUB-TARGET-EXISTS"));
    }

    @Test
    void twoAtOnce_areNotLetIntoOneFolder() throws IOException {
        HubListing listing = list();
        Files.createDirectories(target.resolveSibling("."));
        try (PartialFolder held = PartialFolder.open(target.toAbsolutePath(), listing)) {
            assertThat(held.folder()).exists();
            assertThat(failure()).isEqualTo("HUB-TWICE");
        }
        assertThat(failure()).isEmpty();
    }

    @Test
    void noHub_andNoModel_areToldApart() {
        try (HubClient client = new HubClient(server.access(""), Progress.silent())) {
            assertThatThrownBy(() -> client.list(new RepoId("owner/other"), "main"))
                    .isInstanceOfSatisfying(
                            GantryException.class,
                            none -> assertThat(none.code()).isEqualTo("HUB-NOT-FOUND"));
        }
        server.close();
        assertThatThrownBy(this::list)
                .isInstanceOfSatisfying(
                        GantryException.class, gone -> assertThat(gone.code()).isEqualTo("HUB-UNREACHABLE"));
    }

    @Test
    void repoIds_areNamesOrAddresses() {
        assertThat(RepoId.parse(" owner/some-model.v1 ").name()).isEqualTo("owner/some-model.v1");
        assertThat(RepoId.parse("https://huggingface.co/owner/m/tree/main?x=1").name())
                .isEqualTo("owner/m");
        assertThat(RepoId.parse("gpt2").folderName()).isEqualTo("gpt2");
        for (String bad : new String[] {"", "a/b/c", "../x", "a b", "-x", "owner/..", "file:///etc"}) {
            assertThatThrownBy(() -> RepoId.parse(bad)).as(bad).isInstanceOf(GantryException.class);
        }
    }

    @Test
    void access_followsTheUsualVariables() {
        assertThat(HubAccess.of(Map.of("HF_ENDPOINT", "https://mirror/", "HF_TOKEN", "t")))
                .isEqualTo(new HubAccess(URI.create("https://mirror"), "t"));
        assertThat(HubAccess.of(Map.of()).endpoint()).isEqualTo(HubAccess.HUGGING_FACE);
        for (String bad : new String[] {"mirror", "ftp://mirror", "http://a b", "https://"}) {
            assertThatThrownBy(() -> HubAccess.of(Map.of("HF_ENDPOINT", bad)))
                    .as(bad)
                    .isInstanceOf(GantryException.class);
        }
    }

    /// The user presses pause when so many bytes are there.
    private static final class StopAfterBytes implements Progress, ProgressTask {
        private final long bytes;
        private volatile boolean stopped;

        StopAfterBytes(long bytes) {
            this.bytes = bytes;
        }

        @Override
        public ProgressTask start(String label, long total, ProgressUnit unit) {
            return this;
        }

        @Override
        public boolean cancelled() {
            return stopped;
        }

        @Override
        public void update(long done) {
            stopped |= done >= bytes;
        }

        @Override
        public void note(String text) {}

        @Override
        public void close() {}
    }
}
