package dev.gantry.installers.licence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.installers.AppImage;
import dev.gantry.installers.ProgramClassPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Of every library in the program, its licence is known, allowed, written down, and its text is handed out.
class LicenceTest {
    private static final Path PROJECT = Path.of("../");

    @TempDir
    Path folder;

    private static List<Component> components() throws IOException {
        List<Component> components = new ArrayList<>(Component.of(ProgramClassPath.entries(), AppImage::isOwn));
        components.addAll(Component.others("25.0.3", true));
        return components;
    }

    private static List<LinkedPart> linked() throws IOException {
        return LinkedPart.of(components(), "linux");
    }

    @Test
    void everyLibrary_hasAnAllowedLicence_whichIsTheOneInTheDocs() throws IOException {
        List<String> lines = Files.readAllLines(PROJECT.resolve("docs/dependencies.md"));

        assertThat(components()).hasSizeGreaterThan(35);
        for (Component component : components()) {
            if (component.jar().isPresent()) {
                assertThat(lines)
                        .as(
                                "a line for %s under %s",
                                component.name(), component.licence().words())
                        .anyMatch(line -> line.startsWith("| `" + component.name() + "`")
                                && line.contains(component.licence().words()));
            }
        }
    }

    @Test
    void everyLibrary_bringsTheTextOfItsLicence() throws IOException {
        Path overview = new Notices(PROJECT, Path.of(System.getProperty("java.home")), folder)
                .write(components(), linked(), List.of());
        List<String> lines = Files.readAllLines(overview);

        for (Component component : components()) {
            int at = lines.indexOf("%s %s (%s)".formatted(component.name(), component.version(), component.group()));
            assertThat(lines.get(at + 1)).endsWith(component.licence().spdx());
            for (String text : lines.get(at + 2).replace("    text: ", "").split(", ", -1)) {
                assertThat(folder.resolve(text)).as(component.name()).isNotEmptyFile();
            }
        }
        assertThat(folder.resolve("GPL-2.0-with-classpath-exception.txt"))
                .content()
                .contains("CLASSPATH\" EXCEPTION");
        assertThat(folder.resolve("OFL-1.1.txt")).content().contains("Inter", "JetBrains Mono");
        for (LinkedPart part : linked()) {
            int at = lines.indexOf("%s %s (in %s)".formatted(part.name(), part.version(), part.carrier()));
            assertThat(lines.get(at + 1)).endsWith(part.expression());
            String texts = lines.get(part.copyright().isEmpty() ? at + 2 : at + 3);
            for (String text : texts.replace("    text: ", "").split(", ", -1)) {
                assertThat(folder.resolve(text)).as(part.name()).isNotEmptyFile();
            }
        }
        assertThat(folder.resolve("zstd-jni-LICENSE")).doesNotExist();
        assertThat(folder.resolve("BSD-2-Clause.txt")).content().contains("Luben Karavelov");
    }

    @Test
    void bill_namesEveryComponent_withSumAndLicence_andIsTheSameEachTime() throws IOException {
        List<JavaPart> java = List.of(
                new JavaPart("zlib", "1.3.2", "Zlib", "legal/java.base/zlib.md"),
                new JavaPart("Public Suffix List", "", "MPL-2.0", "legal/java.base/public_suffix.md"));
        BillOfMaterials bill = new BillOfMaterials(
                "gantry", "0.1.0", Instant.parse("2026-01-01T00:00:00Z"), components(), linked(), java);
        String json = bill.json();
        JsonNode document = JsonMapper.shared().readTree(json);

        assertThat(bill.json()).isEqualTo(json);
        assertThat(document.get("specVersion").asString()).isEqualTo("1.6");
        assertThat(document.get("serialNumber").asString()).matches("urn:uuid:[0-9a-f-]{36}");
        assertThat(document.get("components")).hasSize(components().size() + linked().size() + java.size());
        Set<String> references = new HashSet<>();
        for (JsonNode component : document.get("components")) {
            assertThat(component.at("/licenses/0/expression").asString()).isNotEmpty();
            assertThat(references.add(component.get("bom-ref").asString()))
                    .as("one of %s", component.get("bom-ref"))
                    .isTrue();
            assertThat(component.path("version").asString("not said")).isNotEmpty();
            boolean ofMaven = component.path("purl").asString("").startsWith("pkg:maven/");
            assertThat(ofMaven).isEqualTo(component.get("hashes") != null);
        }
        List<String> depended = new ArrayList<>();
        document.get("dependencies").forEach(of -> of.get("dependsOn").forEach(on -> depended.add(on.asString())));
        assertThat(depended).containsExactlyInAnyOrderElementsOf(references);
        assertThat(document.at("/dependencies/0/dependsOn")).hasSameSizeAs(components());
    }

    @Test
    void libraryUnderAnotherLicence_isRefused_byName() throws IOException {
        Path jar = library("thing", "<licenses><license><name>Beerware</name></license></licenses>");

        assertThatThrownBy(() -> Component.of(List.of(jar), AppImage::isOwn))
                .isInstanceOfSatisfying(GantryException.class, e -> {
                    assertThat(e.code()).isEqualTo("PACKAGE-LICENCE");
                    assertThat(e.what()).contains("thing 2");
                    assertThat(e.why()).contains("Beerware");
                });
    }

    @Test
    void libraryThatNamesNoLicence_isRefused() throws IOException {
        Path silent = library("silent", "");
        Path unknown = Files.createFile(folder.resolve("unknown.jar"));

        for (Path jar : List.of(silent, unknown)) {
            assertThatThrownBy(() -> Component.of(List.of(jar), AppImage::isOwn))
                    .isInstanceOf(GantryException.class);
        }
    }

    @Test
    void licence_isTheParents_whenTheProjectNamesNone_andTheOneWePrefer() throws IOException {
        library(
                "parent",
                "<licenses><license><name>MPL 2.0</name></license><license><name>MIT</name></license></licenses>");
        Path jar = library(
                "child", "<parent><groupId>a.b</groupId><artifactId>parent</artifactId><version>2</version></parent>");
        Component child = Component.of(List.of(jar), AppImage::isOwn).getFirst();

        assertThat(child.licence()).isEqualTo(Licence.MIT);
        assertThat(child.group()).isEqualTo("a.b");
    }

    @Test
    void names_ofTheSameLicence_areKnownInEveryWriting() {
        assertThat(Stream.of(
                                "Apache-2.0",
                                "Apache 2.0",
                                "Apache License 2.0",
                                "Apache License, Version 2.0",
                                "The Apache Software License, version 2.0")
                        .map(name -> Licence.best(List.of(name)).orElseThrow()))
                .containsOnly(Licence.APACHE_2);
        assertThat(Licence.best(List.of("GNU General Public License (GPL) version 2, or any later version")))
                .isEmpty();
    }

    /// A jar in a repository of Maven's, with a project file.
    private Path library(String name, String project) throws IOException {
        Path place = Files.createDirectories(folder.resolve("a/b").resolve(name).resolve("2"));
        Files.writeString(place.resolve(name + "-2.pom"), "<project><groupId>a.b</groupId>" + project + "</project>");
        return Files.createFile(place.resolve(name + "-2.jar"));
    }
}
