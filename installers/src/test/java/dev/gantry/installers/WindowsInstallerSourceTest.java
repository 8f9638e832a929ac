package dev.gantry.installers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/// The installer's source is compiled on Windows only; here it is read.
class WindowsInstallerSourceTest {
    @Test
    void source_installsFilesMenuAndFileTypes_andPutsTheCommandOnThePath() throws Exception {
        Document source;
        try (var in = Objects.requireNonNull(JpackageInstaller.class.getResourceAsStream("main.wxs"))) {
            source = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in);
        }

        assertThat(values(source, "ComponentGroupRef", "Id")).containsExactly("Files", "Shortcuts", "FileAssociations");
        assertThat(values(source, "ComponentRef", "Id")).isEqualTo(values(source, "Component", "Id"));
        assertThat(values(source, "Environment", "Value")).containsExactly("[INSTALLDIR]app");
        assertThat(values(source, "Environment", "Permanent")).containsExactly("no");
        assertThat(values(source, "Package", "InstallScope")).containsExactly("perUser");
        assertThat(values(source, "MajorUpgrade", "DowngradeErrorMessage")).hasSize(1);
    }

    private static List<String> values(Document source, String element, String attribute) {
        NodeList found = source.getElementsByTagName(element);
        return IntStream.range(0, found.getLength())
                .mapToObj(i -> ((Element) found.item(i)).getAttribute(attribute))
                .toList();
    }
}
