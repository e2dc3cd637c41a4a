"""Names of Europe for the demo company: invented combinations of common ones.

A word is `Name`, or `Name/native spelling`; `_` stands for a blank.
"""

from __future__ import annotations

from .culture import Culture

ENGLISH = Culture(
    women="""Amelia Alice Beatrice Bethany Bryony Charlotte Chloe Claire Daisy Eleanor Elizabeth Emily Esme Fiona Florence
        Frances Freya Georgina Grace Hannah Harriet Hazel Helen Holly Imogen Isla Ivy Jane Jessica Joanne Josephine
        Katherine Kirsty Laura Lucy Lydia Mabel Margaret Martha Matilda Megan Millie Naomi Nicola Olive Olivia Penelope
        Philippa Poppy Rebecca Rosalind Rosie Ruth Sarah Sophie Susannah Tabitha Victoria Winifred Zoe""",
    men="""Adam Alastair Albert Alexander Alfie Andrew Anthony Archie Arthur Barnaby Benedict Benjamin Charles Christopher
        Daniel David Dominic Edmund Edward Felix Frederick Gareth George Gilbert Giles Harry Henry Hugh Isaac Jack Jacob
        James Jonathan Joseph Joshua Laurence Leo Lewis Luke Malcolm Matthew Michael Nathaniel Nicholas Oliver Oscar
        Patrick Peter Philip Ralph Richard Robert Rupert Samuel Simon Stanley Stephen Theodore Thomas Timothy Toby
        William Wilfred""",
    families="""Abbott Ainsworth Appleby Archer Ashworth Atkinson Baldwin Barker Bartlett Bennett Blackwood Booth Bradshaw
        Brook Buckley Burrows Carter Chadwick Clarke Cooper Crawford Dawson Dixon Doyle Eastwood Ellis Farrow Fielding
        Fletcher Foster Gilbert Goodwin Greenwood Hall Hallam Hardcastle Hargreaves Harper Hartley Hawthorne Heaton
        Hepworth Holroyd Horsfall Hughes Hutchinson Illingworth Jagger Jarvis Kershaw Lamb Langley Leighton Lister
        Lockwood Marsh Mercer Midgley Moorhouse Naylor Newton Norton Oakley Ogden Ormerod Parkin Pickering Poole Priestley
        Radcliffe Ramsden Rhodes Rowntree Sanderson Shackleton Sheldon Slater Stott Sutcliffe Sykes Tattersall Taylor
        Thackray Thornton Townend Turner Uttley Varley Wadsworth Walker Waterhouse Webster Whitaker Whiteley Wood
        Woodhead Wright Yates""",
    short={
        "Alexander": "Alex",
        "Andrew": "Andy",
        "Benjamin": "Ben",
        "Bethany": "Beth",
        "Charlotte": "Lottie",
        "Christopher": "Chris",
        "Daniel": "Dan",
        "Edward": "Ted",
        "Eleanor": "Nell",
        "Elizabeth": "Lizzie",
        "Frederick": "Freddie",
        "Georgina": "Georgie",
        "Jonathan": "Jon",
        "Joseph": "Joe",
        "Josephine": "Jo",
        "Katherine": "Kate",
        "Margaret": "Maggie",
        "Matilda": "Tilly",
        "Matthew": "Matt",
        "Nathaniel": "Nat",
        "Nicholas": "Nick",
        "Philippa": "Pippa",
        "Rebecca": "Becky",
        "Robert": "Rob",
        "Samuel": "Sam",
        "Stephen": "Steve",
        "Theodore": "Theo",
        "Thomas": "Tom",
        "Victoria": "Tori",
        "William": "Will",
    },
    hyphen=0.05,
    language="English",
)

IRISH = Culture(
    women="""Aisling Aoife Bríd Caoimhe Ciara Clodagh Deirdre Eilís Éabha Fionnuala Gráinne Máire Muireann Niamh Nuala
        Oonagh Orla Róisín Sadhbh Saoirse Síle Sinéad Siobhán Sorcha Una""",
    men="""Aidan Brendan Cathal Cian Ciarán Colm Conor Cormac Daithí Declan Diarmuid Donal Eoin Fergal Fergus Fionn Lorcan
        Oisín Pádraig Rory Ruairí Séamus Seán Tadhg Tiernan""",
    families="""Brennan Byrne Cassidy Conneely Daly Doherty Fitzgerald Flanagan Gallagher Hennessy Kavanagh Keane Kehoe
        Lonergan Mac_Carthy McDermott McGrath McLoughlin Mulcahy Ní_Dhomhnaill Nolan O'Brien O'Callaghan O'Connor
        O'Donnell O'Dwyer O'Flaherty O'Keeffe O'Leary O'Mahony O'Neill O'Reilly O'Rourke O'Shea O'Sullivan Ó_Sé Quinn
        Rafferty Sheehan Tierney Tuohy""",
    sound={
        "Aoife": "EE-fa",
        "Caoimhe": "KEE-va",
        "Cian": "KEE-an",
        "Diarmuid": "DEER-mid",
        "Eoin": "OH-in",
        "Gráinne": "GRAWN-ya",
        "Niamh": "NEEV",
        "Oisín": "UH-sheen",
        "Róisín": "ro-SHEEN",
        "Sadhbh": "SIVE",
        "Saoirse": "SEER-sha",
        "Siobhán": "shiv-AWN",
        "Tadhg": "TIGE",
        "Ruairí": "ROR-ee",
        "Éabha": "AY-va",
    },
    language="Irish",
)

GERMAN = Culture(
    women="""Anja Annegret Antje Astrid Birgit Britta Carolin Charlotte Claudia Dörte Elke Elisabeth Franziska Frieda
        Friederike Gisela Gudrun Hannah Heike Henrike Ilse Ines Jana Johanna Jule Katharina Kerstin Klara Lena Leonie
        Lieselotte Luise Mareike Margarete Mathilda Meike Mia Nele Paula Petra Sabine Silke Sofie Svenja Tanja Theresa
        Ulrike Ursula Wiebke""",
    men="""Albrecht Andreas Anton Bastian Benno Bernd Björn Christoph Detlef Dirk Eckhard Emil Felix Florian Friedrich
        Georg Gerd Götz Günter Hannes Hans-Jürgen Heiko Heinrich Holger Ingo Jan Jens Joachim Jonas Jörg Jürgen Karl-Heinz
        Kaspar Konrad Lars Leopold Lorenz Ludwig Malte Matthias Moritz Olaf Paul Rainer Reinhard Rüdiger Sebastian Sönke
        Stefan Theo Till Torsten Ulrich Uwe Volker Wolfgang""",
    families="""Achterberg Albrecht Baumgärtner Becker Behrendt Böhm Brandt Brinkmann Bürger Büttner Carstensen Dietrich
        Döring Ebert Eichhorn Engelhardt Ernst Fischer Förster Freitag Fuchs Gärtner Gebhardt Göbel Graf Großmann Günther
        Haas Habermann Hahn Hartmann Heinemann Hengstler Herrmann Hofmann Huber Jäger Janßen Kaiser Keller Kirchhoff
        Klöckner Köhler Krämer Kühn Kuhlmann Lange Lehmann Lindner Löffler Lüders Marquardt Mehnert Möller Müller Nagel
        Naumann Neuhaus Ostermann Petersen Pfeiffer Pohl Reinhardt Richter Riedel Roth Sauer Schäfer Scherer Schmidt
        Schönfeld Schröder Schubert Schulze Schwarz Seidel Sommer Stolze Strauß Thiele Uhlig Vogel von_Arnsberg von_der_Heide
        Wagner Weber Weiß Winkler Wolff Zimmermann Zöllner""",
    short={
        "Elisabeth": "Lisa",
        "Friederike": "Rike",
        "Johanna": "Hanna",
        "Katharina": "Kathi",
        "Lieselotte": "Lilo",
        "Sebastian": "Basti",
        "Ulrich": "Uli",
        "Margarete": "Grete",
        "Joachim": "Jochen",
    },
    hyphen=0.08,
    language="German",
)

FRENCH = Culture(
    women="""Adèle Agathe Agnès Amélie Anaïs Anne-Laure Anne-Sophie Aurélie Béatrice Capucine Cécile Céline Chloé Clémence
        Clotilde Constance Delphine Éléonore Élise Élodie Émilie Eugénie Faustine Florence Geneviève Hélène Héloïse
        Inès Jeanne Juliette Léa Léonie Louise Lucie Manon Margaux Marie-Claude Marie-Ève Mathilde Maud Mélanie Mireille
        Noémie Océane Pauline Sandrine Solène Sylvie Thérèse Valérie Véronique Zoé""",
    men="""Adrien Alexis Antoine Arnaud Aurélien Bastien Benoît Bertrand Cédric Clément Damien Denis Didier Édouard Émile
        Étienne Fabrice Florent François François-Xavier Frédéric Gaël Gaspard Gauthier Geoffroy Gérard Grégoire Guillaume
        Hervé Hugo Jean-Baptiste Jean-Luc Jean-Marc Jérôme Joël Julien Laurent Loïc Lucien Mathieu Maxime Noël Olivier
        Pascal Philippe Pierre-Yves Quentin Rémi René Romain Stéphane Sylvain Tanguy Thibault Xavier Yann Yves""",
    families="""Allard Arnaud Aubert Barbier Beaumont Bélanger Benoît Berthelot Besnard Blanchard Bonnet Boucher Bouvier
        Brunet Camus Caron Carpentier Chapelle Charpentier Chevallier Colin Cordier D'Aubigny Delacroix Delaunay Desjardins
        Devaux Dubois Dufour Dumas Duval Étienne Faure Fontaine Fournier Gagnon Garnier Gauthier Giraud Grandjean Guérin
        Guillot Hébert Hervé Jacquet Joly L'Hermitte La_Rochelle Laurent Le_Gall Le_Goff Lebrun Leclerc Lefèvre Lemaître
        Leroux Lévesque Mallet Marchand Masson Mercier Meunier Michaud Monnier Moreau Noël Ouellet Pelletier Perrin Picard
        Poirier Prévost Renaud Rivière Rousseau Roussel Roy Saint-Pierre Sauvage Séguin Thibodeau Tremblay Vasseur Vidal""",
    short={"Alexis": "Alex", "Geneviève": "Ginette", "Jean-Baptiste": "JB", "Frédéric": "Fred", "Juliette": "Juju"},
    hyphen=0.08,
    language="French",
)

SWEDISH = Culture(
    women="""Agneta Alva Annika Astrid Birgitta Cecilia Ebba Elin Ellinor Elsa Emelie Ester Frida Gunilla Hedda Ida Ingrid
        Jenny Kajsa Karin Klara Kristina Lisbeth Lotta Lovisa Maja Malin Margareta Märta Moa Pernilla Saga Sanna Signe
        Siri Stina Therese Tilda Tuva Ulla Vendela Viveka Åsa Ylva""",
    men="""Albin Anders Arvid Axel Björn Bo Elof Erik Fredrik Göran Gunnar Gustav Hampus Håkan Henrik Hjalmar Ingemar Jakob
        Jens Jesper Johan Jonas Jörgen Karl-Johan Kjell Lars Leif Linus Ludvig Magnus Mats Måns Nils Olof Ossian Oskar
        Per Pontus Rasmus Rikard Sixten Staffan Stellan Sven Tage Torbjörn Ulf Viggo Ville Åke""",
    families="""Ahlgren Alm Almqvist Andersson Åberg Åkerlund Åström Bergdahl Berglund Bergström Björklund Blomqvist Bodin
        Boström Brolin Cederberg Dahlgren Dahlström Edlund Ek Ekblad Ekström Engström Eriksson Forsberg Fors Fransson
        Friberg Grönlund Gustafsson Hagberg Hallberg Hedlund Hellström Holmgren Högberg Isaksson Jansson Karlsson Kjellberg
        Klang Lagerlöf Larsson Lilja Lindberg Lindgren Lindholm Lindqvist Lindström Ljung Ljungberg Lundgren Lundqvist
        Löfgren Malmberg Melin Moberg Modig Månsson Nordin Norling Nyberg Nylander Nyström Olofsson Öberg Öhman Palm
        Persson Rosén Rydberg Sahlin Sandberg Sjöberg Sjögren Skoglund Stenmark Strand Strömberg Sundqvist Svensson
        Söderström Thorell Tegnér Wallin Wennerström Westerlund Wikström Zetterberg""",
    hyphen=0.05,
    language="Swedish",
)

NORDIC = Culture(
    women="""Anneli Bente Bergljót Birna Dagny Eira Elva Freja Gitte Guro Gyda Hanne Hege Helga Hilde Inger Ingebjørg Jórunn
        Karoline Kirsten Liv Marit Mette Nanna Ragnhild Rikke Sidsel Sigrún Solveig Synnøve Tone Tove Turid Þórdís Yrsa""",
    men="""Aksel Anders Asbjørn Bjarne Bård Eirik Einar Emil Espen Finn Frode Gorm Gudmund Gunnleif Halvor Haakon Ivar
        Jannik Jeppe Jørgen Kåre Kjetil Knud Kristján Mads Mikkel Morten Oddvar Ole Rasmus Roar Rune Sigurd Snorri Steinar
        Søren Terje Tor Torkel Trygve Øyvind""",
    families="""Aagaard Aas Andersen Bakke Berge Bjerregaard Bjerke Brekke Christoffersen Dahl Damgaard Eide Ellingsen
        Enevoldsen Fjeld Foss Frandsen Gundersen Haugen Hjorth Holm Iversen Jespersen Johannessen Kjær Kjærgaard Kristiansen
        Kvamme Lie Lund Lykke Mikkelsen Moe Myhre Møller Nygaard Nørgaard Ødegård Østergaard Rasmussen Rønning Sandvik
        Skov Solberg Sørensen Strøm Thorsen Thygesen Tveit Vestergaard Vik Winther Ødegaard""",
    sound={
        "Þórdís": "THOR-dees",
        "Øyvind": "UH-ee-vin",
        "Synnøve": "SIN-uh-veh",
        "Ragnhild": "RAHN-hil",
        "Haakon": "HAW-kon",
        "Kjetil": "HYEH-til",
    },
    hyphen=0.06,
    language="Norwegian",
)

FINNISH = Culture(
    women="""Aino Aada Anneli Eeva Elina Emmi Hanna Heidi Helmi Hilkka Iida Inkeri Johanna Kaisa Katri Kirsi Laura Leena
        Maarit Marjatta Merja Minna Noora Outi Päivi Pirkko Raili Riikka Saara Sanna Satu Sini Suvi Tiina Tuula Venla""",
    men="""Aapo Aleksi Antero Antti Eero Erkki Esa Hannu Heikki Ilkka Jaakko Janne Jari Jouni Juha Jukka Kalevi Kimmo Lauri
        Markku Matti Mikko Niilo Olli Onni Pekka Pertti Petri Risto Sakari Samuli Seppo Tapio Timo Toivo Tuomas Väinö""",
    families="""Aalto Ahonen Hakala Hämäläinen Heikkilä Heinonen Hiltunen Huttunen Jokinen Järvinen Kärkkäinen Karppinen
        Kettunen Kinnunen Koivisto Korhonen Koskela Lahtinen Laine Laitinen Lehtonen Leppänen Lindroos Manninen Mäkelä
        Mäkinen Miettinen Nieminen Niskanen Nurmi Ojala Peltola Pitkänen Rantanen Räsänen Ruotsalainen Salonen Savolainen
        Seppälä Toivonen Tuominen Turunen Vainio Väisänen Virtanen Ylönen""",
    language="Finnish",
)

DUTCH = Culture(
    women="""Aaltje Anneke Annelies Birgit Carlijn Eefje Eline Esther Femke Fleur Floor Gerda Hanneke Ilse Ingeborg Jannie
        Jantine Jet Joke Josien Karlijn Lieke Lotte Maaike Maartje Marieke Marijke Marloes Mirthe Nienke Noor Roos Saskia
        Sanne Sjoukje Tineke Willemijn Wietske Yvonne""",
    men="""Arjen Bart Bas Bram Casper Coen Cornelis Daan Dirk Erwin Evert Floris Frits Geert Gerrit Gijs Hendrik Hidde Jaap
        Jan-Willem Jelle Jeroen Joost Joris Jurriaan Kees Koen Luuk Maarten Marnix Matthijs Niels Pieter Rein Rob Roel Ruud
        Sander Sjoerd Teun Thijs Tjeerd Wouter""",
    families="""Bakker Blom Boersma Bos Brouwer de_Boer de_Bruijn de_Graaf de_Groot de_Haan de_Jong de_Vries de_Wit Dekker
        Dijkstra Hoekstra Hofstra in_'t_Veld Jansen Kok Kuiper Meijer Mulder Postma Prins Schouten Smit 't_Hart ten_Brink
        ter_Horst van_Beek van_Dam van_den_Berg van_den_Bosch van_der_Heijden van_der_Laan van_der_Linden van_der_Meer
        van_der_Veen van_der_Wal van_Dijk van_Leeuwen van_Loon van_Rijn van_Vliet Veenstra Verhoeven Vermeulen Visser Vos
        Willems Zijlstra""",
    short={"Cornelis": "Cor", "Hendrik": "Henk", "Willemijn": "Mijn", "Jurriaan": "Jur", "Matthijs": "Thijs"},
    sound={"Sjoerd": "SHOORT", "Gijs": "KHICE", "Nienke": "NEEN-kuh"},
    hyphen=0.04,
    language="Dutch",
)

POLISH = Culture(
    women="""Agata Agnieszka Aleksandra Alicja Anna Barbara Beata Bożena Danuta Dominika Dorota Elżbieta Ewa Gabriela
        Grażyna Halina Hanna Irena Izabela Jadwiga Joanna Jolanta Justyna Kalina Katarzyna Kinga Krystyna Łucja Magdalena
        Małgorzata Marta Monika Natalia Olga Patrycja Renata Sylwia Urszula Wanda Weronika Zofia""",
    men="""Adam Andrzej Bartłomiej Bogdan Czesław Dariusz Dawid Filip Grzegorz Hubert Jacek Jakub Jan Janusz Jarosław Jerzy
        Józef Kacper Kamil Krzysztof Leszek Łukasz Maciej Marcin Marek Mateusz Michał Mikołaj Paweł Piotr Przemysław Radosław
        Rafał Ryszard Sławomir Stanisław Szymon Tadeusz Tomasz Wiesław Witold Włodzimierz Wojciech Zbigniew""",
    families="""Adamczyk Bąk Błaszczyk Borkowski|a Chmielewski|a Czarnecki|a Dąbrowski|a Domański|a Dudek Gajewski|a
        Głowacki|a Górski|a Grabowski|a Gutowski|a Jabłoński|a Jankowski|a Jaworski|a Kaczmarek Kalinowski|a Kamiński|a
        Kołodziej Konieczny Kowalczyk Kowalski|a Kozłowski|a Krawczyk Krajewski|a Kwiatkowski|a Leśniak Lewandowski|a
        Lis Łuczak Maciejewski|a Majewski|a Malinowski|a Mazur Michalski|a Nowak Olszewski|a Ostrowski|a Pawlak Pietrzak
        Piotrowski|a Rutkowski|a Sadowski|a Sikora Sobczak Szczepański|a Szulc Szymański|a Tomaszewski|a Urbański|a
        Walczak Wasilewski|a Wieczorek Wiśniewski|a Witkowski|a Wojciechowski|a Wójcik Wróblewski|a Zając Zalewski|a
        Zawadzki|a Zieliński|a Żak""",
    short={
        "Aleksandra": "Ola",
        "Agnieszka": "Aga",
        "Katarzyna": "Kasia",
        "Małgorzata": "Gosia",
        "Magdalena": "Magda",
        "Krzysztof": "Krzyś",
        "Grzegorz": "Grzesiek",
        "Wojciech": "Wojtek",
        "Bartłomiej": "Bartek",
        "Stanisław": "Staszek",
        "Jakub": "Kuba",
        "Zbigniew": "Zbyszek",
        "Elżbieta": "Ela",
        "Joanna": "Asia",
    },
    sound={
        "Wojciech": "VOY-chekh",
        "Agnieszka": "ag-NYESH-ka",
        "Małgorzata": "mow-go-ZHA-ta",
        "Krzysztof": "KSHISH-tof",
        "Łukasz": "WOO-kash",
        "Grażyna": "gra-ZHI-na",
        "Przemysław": "psheh-MI-swaf",
    },
    double_women=0.12,
    language="Polish",
)

CZECH = Culture(
    women="""Adéla Alžběta Barbora Blanka Božena Dagmar Eliška Hana Helena Iveta Jana Jitka Kateřina Klára Lenka Libuše
        Ludmila Markéta Martina Milena Pavla Petra Šárka Simona Štěpánka Tereza Věra Zdeňka Zuzana""",
    men="""Bohumil Daniel David František Jakub Jan Jaroslav Jindřich Jiří Josef Kamil Karel Ladislav Libor Lukáš Marek
        Miloš Miroslav Ondřej Pavel Petr Radek Roman Šimon Stanislav Tomáš Václav Vít Vojtěch Zdeněk""",
    families="""Bartoš|ová Beneš|ová Blažek|Blažková Bureš|ová Čermák|ová Černý|Černá Čížek|Čížková Doležal|ová Dušek|Dušková Dvořák|ová
        Fiala|Fialová Hájek|Hájková Havel|Havlová Holub|ová Horák|ová Horváth|ová Jelínek|Jelínková Kadlec|ová Kolář|ová
        Kopecký|Kopecká Kovář|ová Král|ová Krejčí Kříž|ová Kučera|Kučerová Malý|Malá Mareš|ová Moravec|Moravcová Němec|Němcová
        Novák|ová Novotný|Novotná Pokorný|Pokorná Polák|ová Pospíšil|ová Procházka|Procházková Růžička|Růžičková Říha|Říhová Sedláček|Sedláčková
        Šimek|Šimková Soukup|ová Šťastný|Šťastná Svoboda|Svobodová Tichý|Tichá Urban|ová Vaněk|Vaňková Veselý|Veselá Vlček|Vlčková
        Zeman|ová""",
    language="Czech",
)

UKRAINIAN = Culture(
    women="""Alina/Аліна Anastasiia/Анастасія Bohdana/Богдана Daryna/Дарина Halyna/Галина Inna/Інна Iryna/Ірина
        Kateryna/Катерина Khrystyna/Христина Larysa/Лариса Lesia/Леся Liudmyla/Людмила Maryna/Марина Mariia/Марія
        Nadiia/Надія Oksana/Оксана Oleksandra/Олександра Olena/Олена Olha/Ольга Solomiia/Соломія Svitlana/Світлана
        Tetiana/Тетяна Valeriia/Валерія Viktoriia/Вікторія Yaryna/Ярина Yuliia/Юлія Zlata/Злата""",
    men="""Andrii/Андрій Artem/Артем Bohdan/Богдан Danylo/Данило Denys/Денис Dmytro/Дмитро Ihor/Ігор Illia/Ілля Ivan/Іван
        Kyrylo/Кирило Maksym/Максим Mykhailo/Михайло Mykola/Микола Nazar/Назар Oleh/Олег Oleksandr/Олександр Oleksii/Олексій
        Ostap/Остап Pavlo/Павло Petro/Петро Roman/Роман Ruslan/Руслан Serhii/Сергій Stepan/Степан Taras/Тарас Tymofii/Тимофій
        Vadym/Вадим Vasyl/Василь Vitalii/Віталій Volodymyr/Володимир Yaroslav/Ярослав Yevhen/Євген Yurii/Юрій""",
    families="""Bilous/Білоус Bondar/Бондар Bondarenko/Бондаренко Boiko/Бойко Didenko/Діденко Doroshenko/Дорошенко
        Hnatiuk/Гнатюк Honchar/Гончар Hrytsenko/Гриценко Ivanchuk/Іванчук Klymenko/Клименко Koval/Коваль Kovalenko/Коваленко
        Kovalchuk/Ковальчук Kozak/Козак Kravchenko/Кравченко Kuzmenko/Кузьменко Lysenko/Лисенко Marchenko/Марченко
        Melnyk/Мельник Moroz/Мороз Nazarenko/Назаренко Oliinyk/Олійник Panchenko/Панченко Pavlenko/Павленко
        Polishchuk/Поліщук Prykhodko/Приходько Romanenko/Романенко Rudenko/Руденко Savchenko/Савченко Shcherbak/Щербак
        Shevchenko/Шевченко Shevchuk/Шевчук Stelmakh/Стельмах Symonenko/Симоненко Tkachenko/Ткаченко Tymoshchuk/Тимощук
        Vovk/Вовк Yakymenko/Якименко Yurchenko/Юрченко Zakharchenko/Захарченко Zinchenko/Зінченко""",
    short={
        "Oleksandra": "Lesia",
        "Oleksandr": "Sasha",
        "Kateryna": "Katia",
        "Mykhailo": "Misha",
        "Anastasiia": "Nastia",
    },
    language="Ukrainian",
)

GREEK = Culture(
    women="""Alexandra/Αλεξάνδρα Anastasia/Αναστασία Angeliki/Αγγελική Anna/Άννα Chrysa/Χρύσα Danai/Δανάη Despina/Δέσποινα
        Dimitra/Δήμητρα Eirini/Ειρήνη Eleni/Ελένη Evangelia/Ευαγγελία Fotini/Φωτεινή Ioanna/Ιωάννα Kalliopi/Καλλιόπη
        Katerina/Κατερίνα Konstantina/Κωνσταντίνα Maria/Μαρία Myrto/Μυρτώ Niki/Νίκη Panagiota/Παναγιώτα Paraskevi/Παρασκευή
        Sofia/Σοφία Stavroula/Σταυρούλα Vasiliki/Βασιλική Zoi/Ζωή""",
    men="""Achilleas/Αχιλλέας Alexandros/Αλέξανδρος Anastasios/Αναστάσιος Andreas/Ανδρέας Apostolos/Απόστολος
        Athanasios/Αθανάσιος Christos/Χρήστος Dimitrios/Δημήτριος Evangelos/Ευάγγελος Fotis/Φώτης Georgios/Γεώργιος
        Grigoris/Γρηγόρης Ilias/Ηλίας Ioannis/Ιωάννης Konstantinos/Κωνσταντίνος Kyriakos/Κυριάκος Lefteris/Λευτέρης
        Michail/Μιχαήλ Nikolaos/Νικόλαος Panagiotis/Παναγιώτης Pavlos/Παύλος Petros/Πέτρος Spyridon/Σπυρίδων
        Stavros/Σταύρος Thodoris/Θοδωρής Vasileios/Βασίλειος""",
    families="""Alexiou/Αλεξίου Antoniou/Αντωνίου Athanasiou/Αθανασίου Dimitriou/Δημητρίου Georgiou/Γεωργίου
        Ioannou/Ιωάννου Konstantinou/Κωνσταντίνου Lazarou/Λαζάρου Nikolaou/Νικολάου Oikonomou/Οικονόμου
        Papadimitriou/Παπαδημητρίου Papaioannou/Παπαϊωάννου Papanikolaou/Παπανικολάου Pavlou/Παύλου Petrou/Πέτρου
        Stathaki/Σταθάκη Stefanou/Στεφάνου Theodorou/Θεοδώρου Vasileiou/Βασιλείου Xanthou/Ξάνθου Zervou/Ζερβού""",
    short={
        "Dimitrios": "Dimitris",
        "Konstantinos": "Kostas",
        "Konstantina": "Nadia",
        "Ioannis": "Yannis",
        "Nikolaos": "Nikos",
        "Panagiotis": "Takis",
        "Spyridon": "Spyros",
        "Vasileios": "Vasilis",
        "Paraskevi": "Evi",
        "Evangelia": "Litsa",
    },
    language="Greek",
)

ITALIAN = Culture(
    women="""Alessandra Alessia Arianna Beatrice Benedetta Bianca Camilla Carlotta Caterina Chiara Claudia Cristina Daniela
        Elena Elisa Federica Francesca Gabriella Giada Ginevra Giorgia Giovanna Giulia Grazia Ilaria Irene Laura Letizia
        Lucia Ludovica Maddalena Margherita Martina Matilde Michela Nicoletta Ornella Paola Raffaella Roberta Sara Serena
        Silvia Simona Valentina Viola""",
    men="""Alberto Alessandro Andrea Antonio Carlo Claudio Corrado Dario Davide Domenico Edoardo Emanuele Enrico Fabio
        Federico Filippo Francesco Gabriele Giacomo Gian_Luca Giorgio Giovanni Giuseppe Jacopo Leonardo Lorenzo Luca Luigi
        Marco Matteo Mattia Michele Nicolò Paolo Pierluigi Pietro Raffaele Renato Riccardo Salvatore Samuele Simone Stefano
        Tommaso Umberto Valerio Vincenzo Vittorio""",
    families="""Amato Barbieri Basile Battaglia Bellini Benedetti Bianchi Bonetti Bruno Caputo Caruso Castelli Cattaneo
        Colombo Conte Coppola Costa D'Agostino D'Amico D'Angelo Dalla_Costa De_Angelis De_Luca De_Rosa De_Santis Del_Bianco
        Della_Valle Di_Stefano Donati Esposito Fabbri Farina Ferrara Ferrari Fontana Galli Gatti Gentile Giordano Grassi
        Greco Guerra Leone Lombardi Lombardo Longo Mancini Marchetti Mariani Marini Martinelli Mazza Messina Monti Morelli
        Moretti Neri Orlando Palmieri Parisi Pellegrini Piras Ricci Rinaldi Riva Rizzo Romano Rossetti Ruggiero Sala Sanna
        Santoro Serra Silvestri Testa Valentini Villa Vitale""",
    short={
        "Alessandro": "Ale",
        "Francesca": "Franci",
        "Francesco": "Checco",
        "Giuseppe": "Beppe",
        "Federica": "Fede",
        "Valentina": "Vale",
        "Tommaso": "Tommi",
    },
    language="Italian",
)

SPANISH = Culture(
    women="""Adriana Ainhoa Alba Alejandra Almudena Amaya Ana Beatriz Begoña Belén Camila Carmen Carolina Catalina Celia
        Concepción Consuelo Daniela Dolores Elena Esperanza Estefanía Fernanda Gabriela Guadalupe Inés Irene Isabel Itziar
        Jimena Julia Laura Leire Lourdes Lucía Luz_María Macarena Manuela María_José María_del_Carmen Mercedes Montserrat
        Nerea Noelia Nuria Paloma Paula Pilar Raquel Rocío Rosario Sofía Soledad Teresa Valentina Ximena Yolanda""",
    men="""Agustín Alejandro Alfonso Álvaro Andrés Ángel Antonio Arturo Bernardo Carlos César Cristóbal Diego Eduardo Emilio
        Enrique Ernesto Esteban Federico Felipe Fernando Francisco Gonzalo Guillermo Gustavo Héctor Hernán Hugo Ignacio Iker
        Íñigo Jaime Javier Joaquín Jorge José José_Luis José_Manuel Juan_Carlos Juan_Pablo Julián Leandro Lorenzo Manuel
        Marcos Mariano Martín Mateo Mauricio Miguel_Ángel Nicolás Óscar Pablo Rafael Ramiro Raúl Ricardo Rodrigo Rubén Santiago
        Sergio Tomás Vicente Víctor Xavier""",
    families="""Acosta Aguilar Aguirre Alonso Álvarez Arias Ávila Barrios Benítez Blanco Bravo Cabrera Calderón Campos
        Cárdenas Castillo Castro Cordero Cortés Crespo Cruz Delgado Díaz Domínguez Durán Escobar Espinoza Estrada Fernández
        Figueroa Flores Fuentes Gallego García Garrido Gil Giménez Gómez González Guerrero Gutiérrez Guzmán Hernández Herrera
        Hidalgo Ibáñez Iglesias Iturralde Jiménez Lara León López Lozano Luna Márquez Martín Martínez Medina Méndez Mendoza
        Molina Montero Mora Morales Moreno Muñoz Navarro Núñez Olmedo Ortega Ortiz Pacheco Parra Paredes Peña Peralta Pérez
        Quintana Ramírez Ramos Reyes Ríos Rivas Rojas Román Romero Rubio Ruiz Salazar Salinas Sánchez Santana Santos Serrano
        Silva Soto Suárez Toledo Torres Valdés Valencia Vargas Vázquez Vega Velasco Vera Vidal Zamora Zúñiga""",
    short={
        "Francisco": "Paco",
        "Ignacio": "Nacho",
        "Dolores": "Lola",
        "Concepción": "Concha",
        "Guadalupe": "Lupe",
        "María José": "Marijose",
        "Montserrat": "Montse",
        "Mercedes": "Merche",
        "Enrique": "Quique",
    },
    two_families=0.55,
    language="Spanish",
)

HUNGARIAN = Culture(
    women="""Ágnes Anikó Borbála Csilla Dóra Edit Emese Enikő Erzsébet Eszter Éva Fruzsina Gyöngyi Hajnalka Ildikó Ilona
        Judit Kata Kinga Klára Krisztina Magdolna Márta Mónika Nóra Orsolya Piroska Réka Rózsa Sára Szilvia Tímea Tünde
        Viktória Zita Zsófia Zsuzsanna""",
    men="""Ákos András Attila Balázs Bálint Béla Bence Csaba Dániel Dénes Endre Ernő Ferenc Gábor Gergely Géza György Gyula
        Imre István Iván János József Kálmán Károly Kristóf László Levente Máté Mihály Miklós Ödön Péter Sándor Szabolcs
        Tamás Tibor Viktor Zoltán Zsolt""",
    families="""Bakos Balogh Bánfalvi Barta Bíró Bodnár Bognár Borbély Csonka Deák Fábián Farkas Fehér Fodor Fülöp Gál
        Gáspár Gulyás Hajdú Halász Hegedűs Horváth Illés Jakab Juhász Katona Kelemen Kerekes Király Kis Kocsis Kovács Kozma
        Lakatos Lengyel Lukács Major Magyar Máté Mészáros Molnár Nagy Nemes Németh Novák Orosz Orsós Papp Pásztor Pintér
        Rácz Sárközi Simon Sipos Soós Szabó Szalai Székely Szűcs Takács Tóth Török Váradi Varga Vass Vincze Virág Vörös""",
    language="Hungarian",
)
